// Unpacks a case when it is opened: its timeline, its player, what was said, called and logged.
const LEGEND = [['caller', 'caller'], ['agent', 'agent'], ['tool', 'tool call'], ['pass', 'budget'], ['mark', 'where it failed'], ['late', 'agent talks on']];

// In base64 silence is nothing but the letter of zero.
function isAudible({ caller, agent }) {
  return /[^A=]/.test(caller + agent);
}

class OpenCase {
  static async of(article) {
    const number = article.dataset.number;
    const home = article.querySelector('.call');
    const text = await packed('picture', number);
    if (!text) return home.dataset.wav ? new OpenCase(article, home, null, async () => home.dataset.wav) : null;
    try {
      const { picture, passed, numbers } = JSON.parse(await unpacked(text));
      const { wav } = home.dataset;
      const find = async () => {
        const sound = await packed('sound', number);
        return sound ? URL.createObjectURL(new Blob([bytes(sound)], { type: 'audio/mpeg' })) : wav;
      };
      const opened = new OpenCase(article, home, picture, wav && isAudible(picture.waves) ? find : null);
      opened.beside(passed, numbers);
      return opened;
    } catch (problem) {
      home.append(el('p', { className: 'hint' }, `What happened in this call cannot be shown here: ${problem.message}`));
      return null;
    }
  }

  constructor(article, home, picture, find) {
    this.article = article;
    this.home = home;
    const seek = (ms) => this.seek(ms);
    if (!picture) {
      home.append(el('p', { className: 'hint' }, 'There was no room in this page to draw this call: the files below have all of it.'),
        new Player(find, 0, () => {}).node);
      return;
    }
    this.picture = picture;
    this.player = new Player(find, picture.ms, (ms) => this.moved(ms));
    this.timeline = new Timeline(picture, seek);
    this.words = new Words(picture.words, seek);
    this.log = new EventLog(picture.events, picture.marks, seek);
    this.timeline.node.addEventListener('toggle-play', () => this.player.toggle());
    const pair = [this.words.node, toolLedger(picture.tools, seek)].filter(Boolean);
    this.controls();
    home.append(this.player.node, this.timeline.node, this.legend(), ...(pair.length ? [el('div', { className: 'pair' }, ...pair)] : []), this.log.node);
    this.jumps();
  }

  controls() {
    const zoom = (label, text, act) => el('button', { type: 'button', className: 'button', ariaLabel: label, title: label, onclick: act }, text);
    const { timeline } = this;
    this.player.node.append(el('span', { className: 'space' }),
      zoom('Zoom out', '−', () => timeline.zoom(timeline.scale / 1.6)), zoom('Zoom in', '+', () => timeline.zoom(timeline.scale * 1.6)),
      zoom('Whole call', 'Fit', () => timeline.zoom(0)));
  }

  legend() {
    const used = { tool: this.picture.tools.length, pass: this.picture.budgets.length, mark: this.picture.marks.length,
      late: this.picture.spans.some((span) => span.kind === 'interruption') };
    const shown = LEGEND.filter(([name]) => used[name] ?? true);
    return el('p', { className: 'legend' }, ...shown.map(([name, text]) => {
      const dot = el('i');
      dot.style.color = `var(--${name})`;
      return el('span', {}, dot, text);
    }));
  }

  jumps() {
    for (const mark of this.picture.marks) {
      const home = this.article.querySelector(`[data-finding="${mark.finding}"] .jump`);
      if (!home) continue;
      home.hidden = false;
      home.append(el('button', { type: 'button', className: 'button jump-to', onclick: () => this.jump(mark) },
        `Show it: ${mark.name} at ${seconds(mark.at)}`));
    }
    const [first] = this.picture.marks;
    if (first) {
      this.timeline.show(first.at);
      requestAnimationFrame(() => this.log.jump(first.line));
    }
  }

  jump(mark) {
    this.seek(Math.max(0, mark.at));
    this.log.jump(mark.line);
    this.timeline.node.scrollIntoView({ block: 'center', behavior: reduced.matches ? 'auto' : 'smooth' });
    this.timeline.scroll.focus({ preventScroll: true });
  }

  seek(ms) {
    this.player.seek(ms);
    this.timeline.tell(ms);
  }

  moved(ms) {
    this.timeline.move(ms);
    this.words.move(ms);
    this.log.move(ms);
  }

  beside(passed, numbers) {
    this.fold(`What was claimed and holds: ${passed.filter((one) => one.verdict === 'pass').length}`, passed,
      ['', 'claim', 'expected', 'seen'], (one) => [one.verdict, one.check, one.expected, one.actual], 'Claims');
    this.fold(`Measurements: ${numbers.length}`, numbers, ['what', 'turn', 'value', 'measured how'],
      (one) => [one.name, one.turn === null ? '' : String(one.turn), one.told, one.basis], 'Measurements');
  }

  fold(title, rows, names, cells, label) {
    if (!rows.length) return;
    const head = el('tr', {}, ...names.map((name) => (name ? el('th', { scope: 'col' }, name) : el('td'))));
    const body = rows.map((one) => el('tr', { className: one.verdict ?? '' }, ...cells(one).map((text, index) =>
      el('td', { className: !names[index] ? 'verdict-word' : '' }, text))));
    const box = el('div', { className: 'box', tabIndex: 0 }, el('table', {}, el('thead', {}, head), el('tbody', {}, ...body)));
    box.setAttribute('role', 'group');
    box.setAttribute('aria-label', label);
    this.home.append(el('details', { className: 'more folds' }, el('summary', {}, title), box));
  }
}

function opens(article) {
  article.opened ??= OpenCase.of(article);
  return article.opened;
}
