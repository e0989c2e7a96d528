// The display: follows the calls, rings and speaks them, and says so when it cannot know of them.
(function () {
  "use strict";
  var SILENT = 12000, GRACE = 2000, AGAIN = 2000, NOT_OLDER = 3;
  var body = document.body;
  var board = document.querySelector("[data-state]");
  var clock = document.querySelector("[data-clock]");
  var banner = document.querySelector("[data-lost]");
  var sign = document.querySelector("[data-silent]");
  var drift = document.querySelector("[data-drift]");
  var build = board.querySelector("[data-build]").dataset.build;
  var source = null, heard = Date.now(), waiting = 0, told = rings(), queue = [], playing = false;

  function rings() {
    return Array.prototype.map.call(board.querySelectorAll("[data-ring]"), function (one) { return one.dataset.ring; });
  }

  // --- the line ---

  function alive() {
    heard = Date.now();
    body.classList.remove("stale");
    banner.hidden = true;
  }
  function lost() {
    if (!banner.hidden) { return; }
    banner.querySelectorAll("[data-words]").forEach(function (one) {
      one.textContent = one.dataset.words.replace("{time}", clock.textContent);
    });
    body.classList.add("stale");
    banner.hidden = false;
  }
  function connect() {
    waiting = 0;
    if (source) { source.close(); }
    source = new EventSource(body.dataset.display);
    source.addEventListener("state", function (event) { alive(); show(event.data); });
    source.addEventListener("beat", function (event) { alive(); clock.textContent = event.data; });
    source.onerror = function () {
      // A browser gives up for good after an answer that is a failure: we never do.
      source.close();
      window.setTimeout(function () { if (Date.now() - heard >= GRACE) { lost(); } }, GRACE);
      if (!waiting) { waiting = window.setTimeout(connect, AGAIN); }
    };
  }
  window.setInterval(function () {
    if (Date.now() - heard < SILENT) { return; }
    lost();
    if (!waiting) { waiting = window.setTimeout(connect, AGAIN); }
  }, 1000);

  // --- what is shown ---

  function show(html) {
    board.innerHTML = html;
    if (board.querySelector("[data-build]").dataset.build !== build) { window.location.reload(); return; }
    var fresh = Array.prototype.filter.call(board.querySelectorAll("[data-ring]"), function (one) {
      return told.indexOf(one.dataset.ring) < 0;
    });
    told = rings();
    if (!fresh.length) { return; }
    fresh[0].classList.add("fresh");
    // The oldest first; after a long silence not all that is over.
    announce(fresh.slice(0, NOT_OLDER).reverse());
  }

  // --- what is heard ---

  function announce(calls) {
    queue.push(body.dataset.chime);
    calls.forEach(function (one) { if (one.dataset.say) { queue.push(one.dataset.say); } });
    if (!playing) { next(); }
  }
  function next() {
    var address = queue.shift();
    playing = Boolean(address);
    if (!playing) { return; }
    var audio = new Audio(address);
    audio.onended = next;
    audio.onerror = next;
    audio.play().then(function () { sign.hidden = true; }, function (why) {
      if (why.name === "NotAllowedError") { sign.hidden = false; queue = []; playing = false; }
    });
  }
  // Whether the browser lets sound out is known before the first call: this one is not heard.
  function tryOut(volume) {
    var audio = new Audio(body.dataset.chime);
    audio.volume = volume;
    audio.play().then(function () { sign.hidden = true; }, function (why) { sign.hidden = why.name !== "NotAllowedError"; });
  }
  sign.addEventListener("click", function () { tryOut(1); });
  tryOut(0);

  // --- the screen ---

  // Nothing stands on the same points for days: all moves a little, once a minute.
  var PLACES = [[0, 0], [6, 2], [3, 6], [-3, 5], [-6, 1], [-4, -4], [1, -6], [5, -3]], step = 0;
  window.setInterval(function () {
    step = (step + 1) % PLACES.length;
    drift.style.transform = "translate(" + PLACES[step][0] + "px," + PLACES[step][1] + "px)";
  }, 60000);
  function stayAwake() {
    if (navigator.wakeLock && !document.hidden) { navigator.wakeLock.request("screen").catch(function () {}); }
  }
  document.addEventListener("visibilitychange", stayAwake);
  stayAwake();
  connect();
})();
