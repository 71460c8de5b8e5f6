/* Cells of the ranked table. Text of records reaches the page as text only (React children). */
(function () {
  "use strict";
  const cells = (window.dashAgGridComponentFunctions = window.dashAgGridComponentFunctions || {});
  const element = (...given) => window.React.createElement(...given);
  const wordsOf = (props) => (props.context && props.context.words) || {};
  const number = (value) => new Intl.NumberFormat((document.documentElement.lang || "en") + "-u-nu-latn").format(value);

  cells.LrText = (props) => (props.value ? element("bdi", null, String(props.value)) : null);

  cells.LrRank = (props) => {
    if (!props.data) return element("span", { className: "cell-waiting" });
    if (props.value === null) return element("span", { className: "cell-quiet", title: wordsOf(props)[props.data.reason] || "" }, "–");
    return element("span", { className: "cell-rank" }, number(props.value));
  };

  cells.LrChange = (props) => {
    if (!props.data || props.value === null || props.value === undefined) return null;
    const words = wordsOf(props);
    if (props.value === 0) return element("span", { className: "cell-quiet", "aria-label": words.same }, "=");
    const isUp = props.value > 0;
    return element("span", { className: isUp ? "cell-up" : "cell-down" },
      element("span", { "aria-hidden": "true" }, isUp ? "▲ " : "▼ "),
      element("span", { className: "hidden" }, (isUp ? words.up : words.down) + " "), number(Math.abs(props.value)));
  };

  cells.LrType = (props) => {
    if (!props.data) return null;
    const known = props.value === "SHA" || props.value === "CHA";
    return element("span", { className: "cell-type cell-type-" + (known ? props.value : "none"), title: props.data.hazard_type_label }, known ? props.value : "–");
  };

  cells.LrScore = (props) => {
    if (!props.data) return null;
    if (props.value === null) return element("span", { className: "cell-quiet" }, wordsOf(props)[props.data.reason] || "–");
    return element("span", { className: "cell-score" },
      element("span", { className: "cell-score-text" }, props.data.score_text),
      element("span", { className: "cell-score-box", "aria-hidden": "true" },
        element("span", { className: "cell-score-fill lr-class-" + (props.data.colour - 1), style: { inlineSize: 100 * props.value + "%" } })));
  };

  cells.LrFirmness = (props) => {
    if (!props.data) return null;
    if (!props.value) return element("span", { className: "cell-quiet" }, "–");
    return element("span", { className: "cell-firmness cell-" + props.value },
      element("strong", {}, wordsOf(props)[props.value]), " · ", props.data.top_share);
  };

  cells.LrEstimate = (props) => {
    if (!props.data) return null;
    return props.value ? element("span", { dir: "auto" }, props.value) : element("span", { className: "cell-quiet" }, wordsOf(props).not_yet);
  };

  cells.LrNotYet = (props) => (props.data ? element("span", { className: "cell-quiet" }, wordsOf(props).not_yet) : null);
})();
