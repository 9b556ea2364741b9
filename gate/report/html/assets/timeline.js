// The stage of one call: which part of it is in view, how wide a second is, and where the head stands.
const NEAREST = 12; // px
const DENSEST = 0.012; // px for each ms, in which a call can still be read
const WIDEST = 2;

class Timeline {
  constructor(picture, seek) {
    this.picture = picture;
    this.seek = seek;
    this.head = 0;
    this.drawing = new Drawing(picture);
    this.canvas = el('canvas', { ariaHidden: 'true' });
    this.svg = svg('svg', { 'aria-hidden': 'true' });
    this.view = el('div', { className: 'view' }, this.canvas, this.svg);
    this.inner = el('div', { className: 'wide' }, this.view);
    this.scroll = el('div', { className: 'scroll', tabIndex: 0 }, this.inner);
    this.read = el('div', { className: 'read' }, '\u00a0');
    this.node = el('div', { className: 'stage' }, this.scroll, this.read);
    this.describe();
    this.listen();
  }

  describe() {
    const role = { role: 'slider', 'aria-label': 'Timeline of the call: arrow keys move, space plays, plus and minus zoom',
      'aria-valuemin': 0, 'aria-valuemax': (this.picture.ms / 1000).toFixed(1), 'aria-valuenow': 0 };
    for (const [name, value] of Object.entries(role)) this.scroll.setAttribute(name, value);
    this.inner.style.setProperty('--high', `${this.drawing.height}px`);
  }

  listen() {
    this.scroll.addEventListener('scroll', () => this.draw(), { passive: true });
    this.scroll.addEventListener('click', (event) => this.seek(this.at(event)));
    this.scroll.addEventListener('pointermove', (event) => this.tell(this.at(event)));
    this.scroll.addEventListener('keydown', (event) => this.key(event));
    this.scroll.addEventListener('wheel', (event) => this.wheel(event), { passive: false });
    new ResizeObserver(() => this.resize()).observe(this.scroll);
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.draw());
  }

  at(event) {
    const left = this.scroll.getBoundingClientRect().left;
    return this.ms(event.clientX - left + this.scroll.scrollLeft);
  }

  ms(x) {
    return Math.min(this.picture.ms, Math.max(0, x / this.scale));
  }

  get fit() {
    return Math.max(1, this.width) / Math.max(1, this.picture.ms);
  }

  resize() {
    const width = this.scroll.clientWidth;
    if (!width || width === this.width) return;
    const first = this.width === undefined;
    this.width = width;
    this.view.style.width = `${width}px`;
    this.zoom(first ? Math.max(this.fit, wide() ? DENSEST : DENSEST * 3) : Math.max(this.scale, this.fit));
    if (first && this.wanted !== undefined) this.show(this.wanted);
  }

  zoom(scale, around = this.head) {
    const offset = this.scale ? around * this.scale - this.scroll.scrollLeft : this.width / 2;
    this.scale = Math.min(WIDEST, Math.max(this.fit, scale));
    this.inner.style.width = `${Math.max(this.width, Math.round(this.picture.ms * this.scale))}px`;
    this.scroll.scrollLeft = around * this.scale - offset;
    this.draw();
  }

  show(ms) {
    this.wanted = ms;
    if (!this.width) return;
    const x = ms * this.scale - this.scroll.scrollLeft;
    if (x < this.width * 0.05 || x > this.width * 0.9) this.scroll.scrollLeft = ms * this.scale - this.width * 0.4;
    this.draw();
  }

  move(ms) {
    this.head = ms;
    this.scroll.setAttribute('aria-valuenow', (ms / 1000).toFixed(1));
    this.scroll.setAttribute('aria-valuetext', `${(ms / 1000).toFixed(1)} seconds`);
    if (this.width) this.show(ms);
  }

  draw() {
    if (!this.width || this.asked) return;
    this.asked = requestAnimationFrame(() => {
      this.asked = 0;
      const from = this.scroll.scrollLeft / this.scale;
      this.drawing.draw(this.canvas, this.svg, { from, scale: this.scale, width: this.width, head: this.head });
    });
  }

  tell(ms) {
    const near = this.drawing.near(ms, NEAREST / this.scale);
    this.read.textContent = `${seconds(ms)}${near ? `  ${near}` : ''}`;
  }

  key(event) {
    const step = event.shiftKey ? 100 : 1000;
    const moves = { ArrowLeft: this.head - step, ArrowRight: this.head + step, Home: 0, End: this.picture.ms };
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key in moves) {
      this.seek(Math.min(this.picture.ms, Math.max(0, moves[event.key])));
      this.tell(this.head);
    } else if (event.key === '+' || event.key === '=') this.zoom(this.scale * 1.6);
    else if (event.key === '-') this.zoom(this.scale / 1.6);
    else if (event.key === '0') this.zoom(0);
    else if (event.key === ' ') this.node.dispatchEvent(new CustomEvent('toggle-play'));
    else return;
    event.preventDefault();
  }

  wheel(event) {
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    this.zoom(this.scale * Math.exp(-event.deltaY / 300), this.at(event));
  }
}
