// The event log, with a filter. What a finding points at is marked, and never hidden by folding.
const ARROWS = { client_to_server: '→ agent', server_to_client: '← agent', gate: 'gate', probe: 'probe' };

class EventLog {
  constructor(events, marks, seek) {
    this.bad = new Set(marks.map((mark) => mark.line));
    this.rows = events.rows.map((row) => this.row(row, seek));
    this.search = el('input', { type: 'search', placeholder: 'Filter events', ariaLabel: 'Filter events' });
    this.from = el('select', { ariaLabel: 'From whom' }, el('option', { value: '' }, 'from all'),
      ...Object.entries(ARROWS).map(([value, text]) => el('option', { value }, text)));
    this.count = el('output', { className: 'hint' });
    const head = el('tr', {}, ...['time', 'from', 'event', '', 'line'].map((name, index) =>
      el('th', { scope: 'col', className: ['number', 'from', '', '', 'line number'][index] }, name || 'detail')));
    this.box = el('div', { className: 'box', tabIndex: 0 }, el('table', {}, el('thead', {}, head), el('tbody', {}, ...this.rows.map((row) => row.node))));
    this.box.setAttribute('role', 'group');
    this.box.setAttribute('aria-label', 'Event log');
    const more = events.more ? el('p', { className: 'hint' }, `${events.more} more in derived/events.jsonl`) : '';
    this.node = el('details', { className: 'log folds', open: true }, el('summary', {}, 'Event log'),
      el('div', { className: 'ask' }, this.search, this.from, this.count), this.box, more);
    for (const [node, kind] of [[this.search, 'input'], [this.from, 'change']]) node.addEventListener(kind, () => this.filter());
    this.filter();
  }

  row([at, direction, name, detail, line, call, count, until], seek) {
    const times = count > 1 ? ` × ${count}` : '';
    const span = count > 1 && until > at ? `until ${(until / 1000).toFixed(3)} s${detail ? ', ' : ''}` : '';
    const node = el('tr', { className: this.bad.has(line) ? 'bad' : '' },
      el('td', { className: 'number' }, timeButton(at, seek)), el('td', { className: 'from' }, (ARROWS[direction] ?? direction) + (call ? ` (call ${call + 1})` : '')),
      el('td', { className: 'name' }, name + times), el('td', { className: 'detail' }, span + detail), el('td', { className: 'line number' }, String(line)));
    return { node, at, direction, line, text: `${name} ${detail}`.toLowerCase() };
  }

  filter() {
    const words = this.search.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const row of this.rows) {
      const fits = (!this.from.value || row.direction === this.from.value) && words.every((word) => row.text.includes(word));
      row.node.hidden = !fits;
      shown += fits;
    }
    this.count.textContent = `${shown} of ${this.rows.length}`;
  }

  jump(line) {
    this.node.open = true;
    const row = this.rows.find((one) => one.line === line);
    if (!row) return;
    if (row.node.hidden) {
      this.search.value = '';
      this.from.value = '';
      this.filter();
    }
    this.box.scrollTop += row.node.getBoundingClientRect().top - this.box.getBoundingClientRect().top - this.box.clientHeight / 2;
  }

  move(ms) {
    let now = null;
    for (const row of this.rows) {
      if (row.at > ms) break;
      now = row.node;
    }
    if (now === this.now) return;
    this.now?.classList.remove('now');
    now?.classList.add('now');
    this.now = now;
  }
}
