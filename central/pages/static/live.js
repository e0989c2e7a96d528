// Tells whether what is shown is still true: the server says something every five seconds, or the line is dead.
(function () {
  "use strict";
  var SILENT = 16000;

  // What somebody has opened, and perhaps writes in, stays as it is while all around it changes.
  Idiomorph.defaults.callbacks.beforeNodeMorphed = function (old) {
    return !(old instanceof Element && old.matches("details[open]"));
  };

  document.querySelectorAll("[data-live]").forEach(function (live) {
    var banner = live.querySelector("[data-broken]");
    var words = banner.getAttribute("data-broken");
    var asOf = live.querySelector("[data-as-of]");
    var heard = Date.now();

    function show(broken) {
      if (banner.hidden !== broken) { return; }
      banner.hidden = !broken;
      live.classList.toggle("stale", broken);
      if (broken) { banner.querySelector("[data-words]").textContent = words.replace("{time}", asOf.textContent); }
    }
    live.addEventListener("htmx:sseBeforeMessage", function (event) {
      heard = Date.now();
      if (event.detail.type === "ended") { window.location.reload(); }
      show(false);
    });
    live.addEventListener("htmx:sseError", function () { show(true); });
    document.addEventListener("visibilitychange", function () { if (Date.now() - heard > SILENT) { show(true); } });
    window.setInterval(function () { if (Date.now() - heard > SILENT) { show(true); } }, 1000);
  });

  // One touch is one request, however often it is given.
  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "yes";
    window.setTimeout(function () { delete form.dataset.sent; }, 5000);
  });
})();
