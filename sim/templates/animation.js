"use strict";
// Plays one day of the office, scenario beside scenario. Nothing moves unless it is played, and
// no frame is asked for while it is paused or the page is hidden.
(() => {
  const data = JSON.parse(document.getElementById("played-data").textContent);
  const { colours, words } = data;
  const root = document.querySelector(".played");
  const part = (selector) => root.querySelector(selector);
  const [playButton, stepButton, speed, at, clock, state, quiet] = [".play", ".step", ".speed", ".at", ".clock", ".state", ".quiet"].map(part);
  const language = document.documentElement.lang;
  const number = new Intl.NumberFormat(language);
  const hour = new Intl.DateTimeFormat(language, { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: "UTC" });
  const calm = matchMedia("(prefers-reduced-motion: reduce)");
  const [DOOR, LINE, DESK, INSIDE, GONE] = [0, 1, 2, 3, 4];
  const [WITH_VISITOR, QUEUE, WORK, REST] = [0, 1, 2, 3];
  const PERSON = ["door", "line", "served", "inside"];
  const SIZE = { head: 22, person: 15, sheet: 10, desk: 62, deskHeight: 70, label: 15, pad: 8 };
  const GLIDE_MS = 110;
  const QUIET_SECONDS = 1.5;  // that a stretch with nobody there is played for, at most

  let time = data.busiest;
  let playing = false;
  let touched = false;
  let frame = 0;
  let last = 0;

  // What holds at a moment: the last of [since, state, desk] that has begun, and since when.
  const now = (moments, before) => {
    let found = [0, before, -1];
    for (const moment of moments) {
      if (moment[0] > time) break;
      found = moment;
    }
    return found;
  };
  const fill = (text, values) => text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
  const clockText = (seconds) => hour.format(new Date(seconds * 1000));

  class Scene {
    constructor(figure) {
      this.figure = figure;
      this.data = data.scenes[figure.dataset.scene];
      this.canvas = figure.querySelector("canvas");
      this.pen = this.canvas.getContext("2d");
      this.counts = Object.fromEntries([...figure.querySelectorAll("[data-count]")].map((each) => [each.dataset.count, each]));
      this.people = this.data.tracks.map(() => null);
      this.width = 0;
    }

    get shown() { return this.canvas.clientWidth > 0; }

    // Desks in rows, those of one team side by side under its name; bands for the others.
    arrange() {
      const width = this.canvas.clientWidth;
      if (width === this.width) return;
      this.width = width;
      this.people.fill(null);
      const perRow = Math.max(1, Math.floor((width - SIZE.pad) / SIZE.desk));
      const perBand = Math.max(1, Math.floor((width - 2 * SIZE.pad) / SIZE.person));
      const perSheets = Math.max(1, Math.floor((width - 2 * SIZE.pad) / SIZE.sheet));
      let top = SIZE.head;
      this.line = { top, rows: 2, across: perBand };
      top += 2 * SIZE.person + SIZE.pad + SIZE.head;
      this.desksTop = top - SIZE.head;
      this.desks = [];
      this.teams = [];
      let column = 0;
      this.data.staff.forEach(({ team }, place) => {
        const begins = !place || this.data.staff[place - 1].team !== team;
        const alone = begins && this.data.staff[place + 1]?.team !== team;
        const needed = begins ? this.data.staff.slice(place).findIndex((each) => each.team !== team) : 1;
        const room = Math.min(Math.max(needed < 0 ? this.data.staff.length - place : needed, alone ? 1.6 : 1), perRow);
        if (column && column + room > perRow) { column = 0; top += SIZE.deskHeight + SIZE.label; }
        if (begins || !column) this.teams.push({ team, x: SIZE.pad + column * SIZE.desk, y: top, width: SIZE.desk });
        else this.teams.at(-1).width += SIZE.desk;
        if (alone) this.teams.at(-1).width = SIZE.desk * 1.6;
        this.desks.push({ x: SIZE.pad + column * SIZE.desk, y: top + SIZE.label });
        column += alone ? 1.6 : 1;
      });
      top += SIZE.label + SIZE.deskHeight + SIZE.head;
      this.inside = { top, rows: 2, across: perBand };
      top += 2 * SIZE.person + SIZE.pad + SIZE.head;
      this.queue = { top, rows: 2, across: perSheets };
      top += 2 * SIZE.sheet + SIZE.pad + SIZE.head;
      this.rest = { top, rows: 2, across: perSheets };
      this.height = top + 2 * SIZE.sheet + SIZE.pad;
      const sharp = window.devicePixelRatio || 1;
      this.canvas.style.height = `${this.height}px`;
      this.canvas.width = Math.round(width * sharp);
      this.canvas.height = Math.round(this.height * sharp);
      this.pen.setTransform(sharp, 0, 0, sharp, 0, 0);
    }

    // Everybody and every sheet where they are at this moment.
    look() {
      const found = { line: [], inside: [], served: [], queue: [], work: [], rest: [] };
      this.data.tracks.forEach((track, id) => {
        const [since, place, desk] = now(track.v, GONE);
        const person = { id, since, place, desk, first: track.first };
        if (place === DOOR || place === LINE) found.line.push(person);
        else if (place === INSIDE) found.inside.push(person);
        else if (place === DESK) found.served.push(person);
        const [from, shelf, at] = now(track.p, WITH_VISITOR);
        const sheet = { since: from, desk: at };
        if (shelf === QUEUE) found.queue.push(sheet);
        else if (shelf === WORK) (at < 0 ? found.queue : found.work).push(sheet);
        else if (shelf === REST) found.rest.push(sheet);
      });
      found.line.sort((a, b) => b.place - a.place || b.first - a.first || a.since - b.since);
      found.inside.sort((a, b) => a.since - b.since);
      return found;
    }

    draw(glide) {
      if (!this.shown) return;
      this.arrange();
      const found = this.look();
      const { pen } = this;
      pen.clearRect(0, 0, this.width, this.height);
      this.title(words.line, this.line.top);
      this.title(words.desks, this.desksTop + SIZE.head);
      this.title(words.inside, this.inside.top);
      this.title(words.papers, this.queue.top);
      this.title(words.resting, this.rest.top);
      this.drawDesks(found);
      this.sheets(this.queue, found.queue.length, colours.desk_queue);
      this.sheets(this.rest, found.rest.length + this.data.lying, colours.resting);
      const seen = new Set();
      this.crowd(this.line, found.line, seen, glide);
      this.crowd(this.inside, found.inside, seen, glide);
      for (const person of found.served) {
        const desk = this.desks[person.desk];
        if (desk) this.person(person, desk.x + 25, desk.y + 52, seen, glide);
      }
      this.people.forEach((place, id) => { if (place && !seen.has(id)) this.people[id] = null; });
      this.count({ line: found.line.length, served: found.served.length, inside: found.inside.length, papers: found.queue.length });
    }

    title(text, top) {
      this.write(text, SIZE.pad, top - 6, colours.ink, `600 12px ${data.font}`);
    }

    write(text, x, y, colour, font, most = Infinity) {
      const { pen } = this;
      pen.font = font;
      pen.fillStyle = colour;
      let said = text;
      while (said.length > 1 && pen.measureText(said).width > most) said = `${said.slice(0, -2).trimEnd()}…`;
      pen.fillText(said, x, y);
    }

    // People side by side, the first at the left; how many more there are where they do not fit.
    crowd(band, people, seen, glide) {
      const most = band.rows * band.across;
      const fits = people.length > most ? most - 6 : people.length;
      people.slice(0, fits).forEach((person, i) => this.person(person, ...this.spot(band, i, SIZE.person), seen, glide));
      if (people.length > fits) this.more(band, people.length - fits, SIZE.person);
    }

    spot(band, i, size) {
      return [SIZE.pad + (i % band.across) * size + size / 2, band.top + Math.floor(i / band.across) * size + size / 2];
    }

    more(band, count, size) {
      const text = fill(words.more, { n: number.format(count) });
      const font = `12px ${data.font}`;
      this.pen.font = font;
      this.write(text, this.width - SIZE.pad - this.pen.measureText(text).width, band.top + band.rows * size - 2, colours.soft, font);
    }

    sheets(band, count, colour) {
      const { pen } = this;
      const most = band.rows * band.across;
      const fits = count > most ? most - 12 : count;
      pen.fillStyle = colour;
      for (let i = 0; i < fits; i++) {
        const [x, y] = this.spot(band, i, SIZE.sheet);
        pen.fillRect(x - 3.5, y - 3.5, 7, 7);
      }
      if (count > fits) this.more(band, count - fits, SIZE.sheet);
    }

    person({ id, place, first }, x, y, seen, glide) {
      const { pen } = this;
      const was = this.people[id] ?? { x: -8, y };
      const to = glide ? { x: was.x + (x - was.x) * glide, y: was.y + (y - was.y) * glide } : { x, y };
      this.people[id] = to;
      seen.add(id);
      pen.beginPath();
      pen.arc(to.x, to.y, 5.5, 0, 2 * Math.PI);
      pen.fillStyle = colours[PERSON[place]];
      pen.fill();
      pen.lineWidth = first ? 2.2 : 0.8;
      pen.strokeStyle = colours.ink;
      pen.stroke();
    }

    // A desk is filled while its member of staff is there, and dashed while not.
    drawDesks(found) {
      const { pen } = this;
      for (const { team, x, y, width } of this.teams) this.write(team, x, y + 10, colours.soft, `11px ${data.font}`, width - 6);
      this.data.staff.forEach(({ present }, place) => {
        const { x, y } = this.desks[place];
        const there = present.some(([from, until]) => from <= time && time < until);
        pen.lineWidth = 1.2;
        pen.strokeStyle = there ? colours.ink : colours.soft;
        pen.setLineDash(there ? [] : [3, 3]);
        pen.fillStyle = there ? colours.desk : colours.paper;
        pen.beginPath();
        pen.rect(x, y + 22, 50, 18);
        pen.fill();
        pen.stroke();
        pen.setLineDash([]);
        if (there) {
          pen.beginPath();
          pen.arc(x + 25, y + 11, 7, 0, 2 * Math.PI);
          pen.fillStyle = colours.ink;
          pen.fill();
        } else this.write(words.away, x + 2, y + 14, colours.soft, `11px ${data.font}`, 48);
      });
      const at = new Map();
      for (const { desk } of found.work) {
        const nth = at.get(desk) ?? 0;
        at.set(desk, nth + 1);
        const place = this.desks[desk];
        if (!place || nth > 4) continue;
        pen.fillStyle = colours.desk_work;
        pen.fillRect(place.x + 4 + 9 * nth, place.y + 27, 8, 8);
      }
    }

    count(found) {
      for (const [name, element] of Object.entries(this.counts)) element.textContent = number.format(found[name]);
      this.said = fill(words.state, { time: clockText(time), scenario: this.data.name, ...Object.fromEntries(Object.entries(found).map(([name, count]) => [name, number.format(count)])) });
    }
  }

  const scenes = [...root.querySelectorAll(".scene")].map((figure) => new Scene(figure));

  // The stretch with nobody there in which it is now, and what is said of it.
  const nobody = () => data.quiet.find(([from, until]) => from <= time && time < until);
  const untilWhen = (stretch) => {
    if (!stretch) return "";
    return stretch[1] < data.end ? fill(words.quiet, { time: clockText(stretch[1]) }) : words.over;
  };

  const draw = (glide = 0) => {
    for (const scene of scenes) scene.draw(glide);
    quiet.textContent = untilWhen(nobody());
    at.value = Math.round(time);
    clock.textContent = clockText(time);
    at.setAttribute("aria-valuetext", clock.textContent);
  };
  // Said when it stands still, not while it runs.
  const tell = () => {
    const shown = scenes.filter((scene) => scene.shown);
    for (const scene of shown) scene.canvas.setAttribute("aria-label", scene.said);
    state.textContent = [quiet.textContent, ...shown.map((scene) => scene.said)].join(" ").trim();
  };
  const go = (seconds) => {
    time = Math.min(Math.max(seconds, data.begin), data.end);
    draw();
    if (!playing) tell();
  };

  const tick = (moment) => {
    frame = 0;
    const passed = Math.min(moment - last, 100);
    last = moment;
    const [from, until] = nobody() ?? [0, data.end];
    const pace = Math.max(60 * Number(speed.value), from ? (until - from) / QUIET_SECONDS : 0);
    time = Math.min(time + (passed / 1000) * pace, until);
    draw(calm.matches ? 0 : 1 - Math.exp(-passed / GLIDE_MS));
    if (time >= data.end) pause();
    else ask();
  };
  const ask = () => {
    if (playing && !frame && document.visibilityState === "visible") frame = requestAnimationFrame(tick);
  };
  const pause = () => {
    playing = false;
    cancelAnimationFrame(frame);
    frame = 0;
    playButton.textContent = words.play;
    draw();
    tell();
  };
  const play = () => {
    if (!touched || time >= data.end) time = data.begin;
    touched = true;
    playing = true;
    last = performance.now();
    playButton.textContent = words.pause;
    ask();
  };

  playButton.addEventListener("click", () => (playing ? pause() : play()));
  stepButton.addEventListener("click", () => { touched = true; if (playing) pause(); go(time + 60); });
  at.addEventListener("input", () => { touched = true; go(Number(at.value)); });
  document.addEventListener("visibilitychange", () => { last = performance.now(); ask(); });
  document.getElementById("beside")?.addEventListener("change", () => { draw(); if (!playing) tell(); });

  addEventListener("beforeprint", () => {
    if (playing) pause();
    if (!touched) time = data.busiest;
    draw();
  });

  root.hidden = false;
  new ResizeObserver(() => draw()).observe(root);
  draw();
  tell();
})();
