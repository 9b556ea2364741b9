// Plays the call of one case and tells where it is. One call sounds at a time, and is unpacked when it first does.
let sounding = null;

class Player {
  constructor(find, ms, moved) {
    this.find = find;
    this.ms = ms;
    this.moved = moved;
    this.audio = find ? el('audio', { preload: 'none' }) : null;
    this.button = el('button', { type: 'button', className: 'button strong play' }, '▶ Play');
    this.time = el('span', { className: 'time' });
    this.speed = el('select', { ariaLabel: 'Speed' }, ...[['0.5', '½×'], ['1', '1×'], ['1.5', '1½×'], ['2', '2×']]
      .map(([value, text]) => el('option', { value, selected: value === '1' }, text)));
    this.node = el('div', { className: 'player' }, this.button, this.time, ...(this.audio ? [this.speed, this.audio] : []));
    this.at = 0;
    this.tell();
    if (this.audio) this.listen();
    else Object.assign(this.button, { disabled: true, textContent: 'No audio' });
  }

  listen() {
    this.button.addEventListener('click', () => this.toggle());
    this.speed.addEventListener('change', () => { this.audio.playbackRate = Number(this.speed.value); });
    this.audio.addEventListener('play', () => this.running(true));
    this.audio.addEventListener('pause', () => this.running(false));
    this.audio.addEventListener('ended', () => this.running(false));
    this.audio.addEventListener('error', () => this.gone());
    this.audio.addEventListener('loadedmetadata', () => this.known());
  }

  async toggle() {
    if (!this.audio || this.button.disabled) return;
    if (!this.audio.src) this.audio.src = await this.find();
    if (!this.audio.paused) return void this.audio.pause();
    if (sounding && sounding !== this) sounding.audio.pause();
    sounding = this;
    if (this.ms && this.at >= this.ms - 1) this.seek(0);
    this.audio.play().catch(() => { if (this.audio.error) this.gone(); });
  }

  known() {
    this.ms ||= this.audio.duration * 1000;
    if (this.at) this.audio.currentTime = this.at / 1000;
    this.tell();
  }

  running(on) {
    this.button.textContent = on ? '❚❚ Pause' : '▶ Play';
    if (!on) return;
    const follow = () => {
      this.set(this.audio.currentTime * 1000);
      if (!this.audio.paused) requestAnimationFrame(follow);
    };
    requestAnimationFrame(follow);
  }

  seek(ms) {
    if (this.audio && this.audio.readyState > 0) this.audio.currentTime = ms / 1000;
    this.set(ms);
  }

  set(ms) {
    this.at = Math.min(this.ms, ms);
    this.tell();
    this.moved(this.at);
  }

  tell() {
    this.time.textContent = `${clock(this.at)} / ${clock(this.ms)}`;
  }

  gone() {
    Object.assign(this.button, { disabled: true, textContent: 'Not here' });
    this.node.append(el('span', { className: 'hint' }, 'The call lies in the evidence folder, which is not beside this page.'));
  }
}
