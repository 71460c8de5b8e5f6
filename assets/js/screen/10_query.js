/* The view as a URL query: read and changed here, understood and cleaned by dashboard/state.py. */
(function () {
  "use strict";
  const screen = (window.landrelease = window.landrelease || {}).screen = {};
  const LIST_NAMES = ["preset", "scenario", "profile", "place", "type", "status", "class", "tasked", "q", "moved", "likely", "next", "colour"];
  const WEIGHT = "w.";

  screen.read = (query) => new URLSearchParams(query || "");
  screen.write = (names) => names.toString();

  /* The query with one name set to a text, to several, or (null, "" or none) left out. */
  screen.with = (query, name, value) => {
    const names = screen.read(query);
    names.delete(name);
    for (const text of Array.isArray(value) ? value : [value]) {
      if (text !== null && text !== undefined && text !== "") names.append(name, text);
    }
    return screen.write(names);
  };

  /* The part of a view that decides the list and its colours, in a fixed order. */
  screen.listPart = (query) => {
    const names = screen.read(query);
    const kept = [...names].filter(([name]) => LIST_NAMES.includes(name) || name.startsWith(WEIGHT));
    return screen.write(new URLSearchParams(kept.sort((a, b) => (a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0))));
  };

  /* Points of each criterion: the profile's, with those that the view changes. */
  screen.points = (query, profiles) => {
    const names = screen.read(query);
    const points = { ...profiles.points[screen.profile(query, profiles)] };
    for (const [name, text] of names) {
      const criterion = name.slice(WEIGHT.length);
      if (name.startsWith(WEIGHT) && criterion in points && Number.isFinite(Number(text))) points[criterion] = Number(text);
    }
    return points;
  };

  screen.profile = (query, profiles) => {
    const wanted = screen.read(query).get("profile");
    return wanted in profiles.points ? wanted : profiles.scenarioProfile;
  };

  /* The view with points; what equals the profile is left out. */
  screen.withPoints = (query, points, profiles) => {
    const own = profiles.points[screen.profile(query, profiles)];
    const names = screen.read(query);
    for (const name of [...names.keys()]) if (name.startsWith(WEIGHT)) names.delete(name);
    for (const criterion of Object.keys(points).sort()) {
      if (Math.abs(points[criterion] - own[criterion]) > 0.005) names.append(WEIGHT + criterion, String(Math.round(points[criterion] * 100) / 100));
    }
    return screen.write(names);
  };

  /* Points after one was moved: locked criteria keep their share of the whole. */
  screen.keepLocked = (before, moved, locked) => {
    const total = Object.values(before).reduce((a, b) => a + b, 0);
    const kept = locked.filter((criterion) => criterion in before && moved[criterion] === before[criterion]);
    const share = total ? kept.reduce((sum, criterion) => sum + before[criterion] / total, 0) : 0;
    const free = Object.keys(moved).filter((criterion) => !kept.includes(criterion));
    const rest = free.reduce((sum, criterion) => sum + moved[criterion], 0);
    if (!kept.length || !(rest > 0) || share >= 1) return moved;
    const points = { ...moved };
    for (const criterion of kept) points[criterion] = ((before[criterion] / total) * rest) / (1 - share);
    const most = Math.max(...Object.values(points));
    if (most > 100) for (const criterion of Object.keys(points)) points[criterion] *= 100 / most;
    return points;
  };
})();
