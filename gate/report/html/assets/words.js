// Transcript and tool ledger.
function timeButton(ms, seek) {
  return el('button', { type: 'button', className: 'at', title: 'Go there', onclick: () => seek(ms) }, (ms / 1000).toFixed(3));
}

class Words {
  constructor(words, seek) {
    const names = { caller: 'caller', agent: 'agent', heard: 'understood' };
    this.words = words;
    this.lines = words.map((one) => el('li', { className: one.who },
      timeButton(one.at, seek), el('span', { className: 'who' }, names[one.who] ?? one.who),
      el('span', { className: 'text' }, one.how ? el('i', {}, `${one.how} `) : '', one.text)));
    this.node = words.length ? el('section', {}, el('h4', {}, 'Transcript'), el('ul', { className: 'transcript', tabIndex: 0 }, ...this.lines)) : null;
    if (this.node) this.node.lastChild.setAttribute('aria-label', 'Transcript');
  }

  move(ms) {
    let now = -1;
    this.words.forEach((one, index) => { if (one.at <= ms && one.who !== 'heard') now = index; });
    if (now === this.now) return;
    this.lines[this.now]?.classList.remove('now');
    this.lines[now]?.classList.add('now');
    this.now = now;
  }
}

function toolLedger(tools, seek) {
  if (!tools.length) return null;
  const items = tools.map((tool) => {
    const took = tool.to === null ? 'no answer was seen' : `after ${Math.round(tool.to - tool.from)} ms`;
    const mock = tool.mock ? `mock ${tool.mock}${tool.steps > 1 ? `, answer ${tool.step} of ${tool.steps}` : ''}` : tool.reply;
    return el('li', {},
      el('div', { className: 'row' }, timeButton(tool.from, seek), el('b', {}, tool.name),
        el('span', { className: tool.how === 'value' ? '' : 'error' }, `${tool.how || 'unanswered'}, ${took}`),
        el('span', { className: 'hint' }, `${tool.via}${mock ? ` · ${mock}` : ''} · wire.jsonl line ${tool.line}`)),
      el('pre', {}, tool.arguments), tool.result ? el('pre', {}, `→ ${tool.result}`) : '');
  });
  const list = el('ul', { tabIndex: 0 }, ...items);
  list.setAttribute('aria-label', 'Tool calls');
  return el('section', { className: 'tools' }, el('h4', {}, 'Tool calls'), list);
}
