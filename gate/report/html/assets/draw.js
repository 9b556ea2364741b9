// Draws the part of a call that is in view: waves on a canvas, everything else over it in SVG.
const RULER = 24;
const WAVE = 72;
const CAPTION = 18;
const BAND = 58;
const TOOL = 21;
const TICKS = 30;
const MOST_TOOL_ROWS = 4;
const LETTER = 6.4; // px, about, of the small type
const BOLD = 7.1;
const NICE = [10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000, 30000, 60000, 120000];
const SHORT = { client_to_server: 'caller', server_to_client: 'agent', gate: 'gate', probe: 'probe' };

function bounded(text, px) {
  const most = Math.floor(px / LETTER);
  if (most < 3) return '';
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`;
}

class Drawing {
  constructor(picture) {
    this.p = picture;
    this.waves = { caller: bytes(picture.waves.caller), agent: bytes(picture.waves.agent) };
    this.rows = this.stacked(picture.tools);
    this.callerTop = RULER;
    this.bandTop = RULER + WAVE + CAPTION;
    this.agentTop = this.bandTop + BAND;
    this.toolTop = this.agentTop + WAVE + CAPTION;
    this.tickTop = this.toolTop + Math.max(1, ...this.rows.map((row) => row + 1)) * TOOL + 20;
    this.height = this.tickTop + TICKS;
    this.bad = new Set(picture.marks.map((mark) => mark.line));
  }

  stacked(tools) {
    const until = [];
    return tools.map((tool) => {
      let row = until.findIndex((end) => end <= tool.from);
      if (row < 0) row = until.length < MOST_TOOL_ROWS ? until.length : 0;
      until[row] = (tool.to ?? tool.from) + 1500;
      return row;
    });
  }

  draw(canvas, layer, view) {
    this.view = view;
    this.until = view.from + view.width / view.scale;
    this.paint(canvas);
    const parts = [];
    this.layer = (tag, attributes, text) => parts.push(svg(tag, attributes, text));
    this.background();
    this.ruler();
    this.lanes();
    this.spans();
    this.tools();
    this.events();
    this.edges();
    this.marks();
    layer.setAttribute('viewBox', `0 0 ${view.width} ${this.height}`);
    layer.replaceChildren(...parts);
  }

  x(ms) {
    return (ms - this.view.from) * this.view.scale;
  }

  seen(from, to = from, margin = 0) {
    return to >= this.view.from - margin / this.view.scale && from <= this.until + margin / this.view.scale;
  }

  paint(canvas) {
    const { width } = this.view;
    const ratio = window.devicePixelRatio || 1;
    if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(this.height * ratio)) {
      canvas.width = Math.round(width * ratio);
      canvas.height = Math.round(this.height * ratio);
    }
    const pen = canvas.getContext('2d');
    const style = getComputedStyle(canvas);
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    pen.clearRect(0, 0, width, this.height);
    this.bands(pen, style);
    this.wave(pen, this.waves.caller, this.callerTop + WAVE / 2, style.getPropertyValue('--caller'));
    this.wave(pen, this.waves.agent, this.agentTop + WAVE / 2, style.getPropertyValue('--agent'));
  }

  bands(pen, style) {
    const fill = (from, to, top, color) => {
      if (!this.seen(from, to)) return;
      pen.fillStyle = color;
      pen.fillRect(this.x(from), top + 2, Math.max(2, (to - from) * this.view.scale), WAVE - 4);
    };
    for (const turn of this.p.turns) fill(turn.from, turn.to, this.callerTop, style.getPropertyValue('--caller-soft'));
    for (const [from, to] of this.p.sounds) fill(from, to, this.agentTop, style.getPropertyValue('--agent-soft'));
  }

  wave(pen, peaks, middle, color) {
    const { from, scale, width } = this.view;
    const bin = this.p.waves.bin_ms;
    const half = WAVE / 2 - 4;
    pen.fillStyle = color;
    for (let x = 0; x < width; x += 1) {
      const first = Math.floor((from + x / scale) / bin);
      const last = Math.max(first + 1, Math.ceil((from + (x + 1) / scale) / bin));
      let peak = 0;
      for (let at = first; at < last && at < peaks.length; at += 1) if (peaks[at] > peak) peak = peaks[at];
      const high = peak ? Math.max(0.7, (peak / 255) * half) : 0;
      if (high) pen.fillRect(x, middle - high, 1, high * 2);
    }
  }

  background() {
    const { width } = this.view;
    for (const y of [RULER, this.bandTop, this.agentTop, this.toolTop, this.tickTop])
      this.layer('line', { class: 'base', x1: 0, x2: width, y1: y + 0.5, y2: y + 0.5 });
    for (const span of this.p.spans)
      if (span.kind === 'interruption' && this.seen(span.from, span.to))
        this.layer('rect', { class: 'talking', x: this.x(span.from), width: Math.max(1, (span.to - span.from) * this.view.scale),
          y: RULER, height: this.toolTop - RULER });
  }

  ruler() {
    const { from, scale } = this.view;
    const step = NICE.find((one) => one * scale >= 70) ?? 300000;
    for (let ms = Math.ceil(from / step) * step; ms <= this.until; ms += step) {
      const x = this.x(ms);
      this.layer('line', { class: 'grid', x1: x, x2: x, y1: RULER - 6, y2: this.height });
      this.layer('text', { x: x + 3, y: RULER - 8 }, ms >= 60000 ? clock(ms) : `${(ms / 1000).toFixed(step < 1000 ? 2 : 0)} s`);
    }
  }

  lanes() {
    this.said(this.p.words.filter((one) => one.who === 'caller'), this.bandTop - 5, 'words-caller');
    this.said(this.p.words.filter((one) => one.who === 'agent'), this.toolTop - 5, 'words-agent');
    const names = [['caller', this.callerTop], ['agent, as heard', this.agentTop], ['tools', this.toolTop], ['events', this.tickTop]];
    for (const [name, top] of names) this.layer('text', { class: 'lane', x: 6, y: top + 13 }, name);
    for (const cut of this.p.discarded) {
      if (!this.seen(cut.at, cut.at, 200)) continue;
      const x = this.x(cut.at);
      this.layer('path', { class: 'cut', d: `M${x} ${this.toolTop - 12}l8 -5v10z` });
      this.layer('text', { class: 'interruption-text', x: x + 11, y: this.toolTop - 18 }, `${cut.ms} ms thrown away unheard`);
    }
  }

  said(words, y, name) {
    words.forEach((one, index) => {
      const end = words[index + 1]?.at ?? this.p.ms;
      if (!this.seen(one.at, end)) return;
      const x = Math.max(4, this.x(one.at));
      const text = bounded(`${one.how ? `${one.how} ` : ''}${one.text}`, this.x(end) - x - 6);
      if (text) this.layer('text', { class: name, x, y }, text);
    });
  }

  spans() {
    const top = this.bandTop;
    const budgets = this.p.budgets.filter((budget) => budget.verdict !== 'expired');
    for (const span of this.p.spans) {
      if (!this.seen(span.from, span.to, 120)) continue;
      const [a, b] = [this.x(span.from), this.x(span.to)];
      const y = top + (span.kind === 'answer' ? 36 : 18);
      this.layer('path', { class: span.kind, d: `M${a} ${y - 5}v10M${a} ${y}H${b}M${b} ${y - 5}v10` });
      const label = span.kind === 'answer' ? `${Math.round(span.ms)} ms` : `silent after ${Math.round(span.ms)} ms`;
      const outside = b - a < label.length * LETTER + 8;
      this.layer('text', outside ? { class: `${span.kind}-text`, x: b + 5, y: y + 4 }
        : { class: `${span.kind}-text`, x: (a + b) / 2, y: y - 4, 'text-anchor': 'middle' }, label);
    }
    for (const budget of budgets) {
      if (!this.seen(budget.at, budget.at, 160)) continue;
      const over = budget.verdict === 'fail' ? ' over' : '';
      const x = this.x(budget.at);
      this.layer('line', { class: `budget${over}`, x1: x, x2: x, y1: top + 40, y2: this.toolTop });
      this.layer('text', { class: `budget-text${over}`, x: x + 4, y: top + BAND - 5 }, `budget ${budget.text}`);
    }
    for (const wait of this.p.budgets.filter((budget) => budget.verdict === 'expired')) this.vain(wait);
  }

  vain(wait) {
    if (!this.seen(wait.from, wait.at, 200)) return;
    const [a, b] = [this.x(wait.from), this.x(wait.at)];
    const y = this.agentTop + 18;
    this.layer('path', { class: 'budget over', d: `M${a} ${y}H${b}` });
    this.layer('text', { class: 'budget-text over', x: Math.max(6, a) + 6, y: y - 5 }, `in vain: ${wait.what}, ${wait.text}`);
  }

  tools() {
    this.p.tools.forEach((tool, index) => {
      const end = tool.to ?? tool.from;
      if (!this.seen(tool.from, end, 400)) return;
      const [x, y] = [this.x(tool.from), this.toolTop + 18 + this.rows[index] * TOOL];
      const long = Math.max(6, (end - tool.from) * this.view.scale);
      this.layer('rect', { class: tool.to === null ? 'tool open' : 'tool', x, y: y + 1, width: long, height: TOOL - 6, rx: 3 });
      const got = tool.to === null ? 'nothing' : tool.how || 'answered';
      const next = this.p.tools.find((_, other) => other > index && this.rows[other] === this.rows[index]);
      const room = (next ? this.x(next.from) : Infinity) - (x + long) - 8;
      this.layer('text', { class: 'tool-text', x: x + long + 5, y: y + 13 }, bounded(`${tool.name} → ${got}`, room));
    });
  }

  events() {
    const place = new Set();
    for (const [at, direction, name, , line] of this.p.events.rows) {
      if (!this.seen(at)) continue;
      const bad = this.bad.has(line);
      const kind = bad ? 'bad' : name.startsWith('tool') ? 'tool' : SHORT[direction] ?? 'gate';
      const key = `${kind}${Math.round(this.x(at))}`;
      if (place.has(key)) continue;
      place.add(key);
      const x = this.x(at);
      const row = { caller: 16, agent: 8, tool: 8, gate: 20, probe: 20, bad: 2 }[kind];
      this.layer('line', { class: `tick ${kind}`, x1: x, x2: x, y1: this.tickTop + row, y2: this.tickTop + TICKS - 4 });
    }
  }

  edges() {
    if (this.p.calls.length < 2) return;
    for (const call of this.p.calls) {
      if (!this.seen(call.from, call.from, 100)) continue;
      const x = this.x(call.from);
      this.layer('line', { class: 'edge', x1: x, x2: x, y1: 0, y2: this.height });
      this.layer('text', { class: 'lane', x: x + 4, y: RULER + 26 }, `call ${call.call + 1}`);
    }
  }

  marks() {
    let free = -1e9;
    for (const mark of this.p.marks) {
      if (!this.seen(mark.at, mark.at, 200)) continue;
      const x = this.x(mark.at);
      this.layer('line', { class: 'mark', x1: x, x2: x, y1: 2, y2: this.height });
      const label = `✗ ${mark.name}`;
      const width = label.length * BOLD + 12;
      const left = x + width > this.view.width ? x - width : x;
      if (left < free) continue;
      free = left + width;
      this.layer('rect', { class: 'flag', x: left, y: 2, width, height: 17, rx: 3 });
      this.layer('text', { class: 'flag-text', x: left + 6, y: 14.5 }, label);
    }
    const x = this.x(this.view.head);
    this.layer('line', { class: 'head', x1: x, x2: x, y1: 0, y2: this.height });
  }

  near(ms, within) {
    let best = null;
    for (const row of this.p.events.rows) if (Math.abs(row[0] - ms) <= within && (!best || Math.abs(row[0] - ms) < Math.abs(best[0] - ms))) best = row;
    return best ? `${SHORT[best[1]] ?? best[1]}: ${best[2]} ${best[3]}` : '';
  }
}
