/* Sliders: shares at once, the list as fast as the server answers, one step back for each gesture. */
(function () {
  "use strict";
  const screen = window.landrelease.screen;
  const nothing = () => window.dash_clientside.no_update;
  const GESTURE_MS = 700;
  const slider = (criterion) => ({ type: "priorities-weight", criterion });
  const idsOf = (place) => window.dash_clientside.callback_context.inputs_list[place].map((input) => input.id.criterion);
  const ready = (profiles) => Boolean(profiles && profiles.points && profiles.scenarioProfile);
  let earlier = []; // views before each gesture, for undo
  let lastMove = 0;

  function setSliders(points) {
    for (const [criterion, value] of Object.entries(points)) window.dash_clientside.set_props(slider(criterion), { value: Math.round(value * 100) / 100 });
  }

  function noteGesture(view) {
    const now = Date.now();
    if (now - lastMove > GESTURE_MS) {
      earlier.push(view);
      if (earlier.length > 50) earlier.shift();
      window.dash_clientside.set_props("priorities-undo", { disabled: false });
    }
    lastMove = now;
  }

  /* Profile and weights of one view on the rest of another. */
  function withWeightsOf(view, source) {
    const names = screen.read(view);
    for (const name of [...names.keys()]) if (name === "profile" || name.startsWith("w.")) names.delete(name);
    for (const [name, text] of screen.read(source)) if (name === "profile" || name.startsWith("w.")) names.append(name, text);
    return screen.write(names);
  }

  function shares(points, criteria, language) {
    const total = Object.values(points).reduce((a, b) => a + b, 0);
    const format = new Intl.NumberFormat(language + "-u-nu-latn", { style: "percent", maximumFractionDigits: 0 });
    return criteria.map((criterion) => (total ? format.format(points[criterion] / total) : "–"));
  }

  Object.assign(window.dash_clientside.screen, {
    moveWeight(values, view, profiles) {
      const criteria = idsOf(0);
      if (!ready(profiles) || !criteria.length) return [nothing(), criteria.map(nothing)];
      screen.profiles = profiles;
      const before = screen.points(view, profiles);
      const shown = Object.fromEntries(criteria.map((criterion, place) => [criterion, values[place]]));
      const isMoved = criteria.some((criterion) => Math.abs(shown[criterion] - before[criterion]) > 0.005);
      if (!isMoved) return [nothing(), shares(before, criteria, document.documentElement.lang)];
      noteGesture(view);
      const locked = screen.read(view).getAll("lock");
      const points = screen.keepLocked(before, shown, locked);
      if (points !== shown) setSliders(points);
      return [screen.withPoints(view, points, profiles), shares(points, criteria, document.documentElement.lang)];
    },
    toggleLock(clicks, view) {
      const criteria = idsOf(0);
      const pressed = window.dash_clientside.callback_context.triggered_id;
      const isPress = pressed && window.dash_clientside.callback_context.triggered.some((each) => each.value);
      const locked = new Set(screen.read(view).getAll("lock"));
      if (!isPress) return [nothing(), criteria.map(nothing), criteria.map(nothing)];
      if (!locked.delete(pressed.criterion)) locked.add(pressed.criterion);
      return [
        screen.with(view, "lock", [...locked].sort()),
        criteria.map((criterion) => locked.has(criterion)),
        criteria.map((criterion) => (locked.has(criterion) ? "lock is-locked" : "lock")),
      ];
    },
    chooseProfile(profile, view, profiles) {
      if (!profile || !ready(profiles) || profile === screen.profile(view, profiles)) return nothing();
      lastMove = 0;
      noteGesture(view);
      const next = withWeightsOf(view, profile === profiles.scenarioProfile ? "" : "profile=" + encodeURIComponent(profile));
      window.dash_clientside.set_props("priorities-view", { data: next });
      setSliders(profiles.points[profile]);
      return next;
    },
    chooseScenario(scenario, view) {
      const now = screen.read(view).get("scenario");
      if (!scenario || !window.dash_clientside.callback_context.triggered.length || scenario === now) return;
      earlier = [];
      screen.open(screen.with(withWeightsOf(view, ""), "scenario", scenario));
    },
    /* A score known from elsewhere has criteria of its own: the page is laid out anew, without what speaks of the others. */
    choosePreset(clicks, view) {
      const pressed = window.dash_clientside.callback_context.triggered_id;
      if (!pressed || !(clicks || []).some(Boolean)) return;
      earlier = [];
      const kept = ["scenario", "class", "moved", "lock", "sort", "colour"].reduce((query, name) => screen.with(query, name, null), withWeightsOf(view, ""));
      screen.open(screen.with(kept, "preset", pressed.preset === "none" ? null : pressed.preset));
    },
    /* Weights made by the form: a step of its own, which undo takes back. */
    useMade(made, view, profiles) {
      if (!made || !made.points || !ready(profiles)) return;
      lastMove = 0;
      noteGesture(view);
      const next = screen.withPoints(view, { ...screen.points(view, profiles), ...made.points }, profiles);
      window.dash_clientside.set_props("priorities-view", { data: next });
      setSliders(screen.points(next, profiles));
    },
    resetWeights(clicks, view, profiles) {
      if (!clicks || !ready(profiles)) return;
      lastMove = 0; // a step of its own, however soon after the last
      setSliders(profiles.points[screen.profile(view, profiles)]);
    },
    undoWeights(clicks, view, profiles) {
      if (!clicks || !earlier.length || !ready(profiles)) return;
      const next = withWeightsOf(view, earlier.pop());
      lastMove = Date.now(); // the sliders that follow are no new step
      window.dash_clientside.set_props("priorities-undo", { disabled: !earlier.length });
      window.dash_clientside.set_props("priorities-view", { data: next });
      setSliders(screen.points(next, profiles));
    },
  });
})();
