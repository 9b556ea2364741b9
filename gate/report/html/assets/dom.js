// What everything else here is made with. Text only ever becomes text: nothing in this page makes HTML of a string.
const SVG = 'http://www.w3.org/2000/svg';

function el(tag, properties = {}, ...children) {
  const node = Object.assign(document.createElement(tag), properties);
  node.append(...children.filter((child) => child !== null && child !== ''));
  return node;
}

function svg(tag, attributes, text = '') {
  const node = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  if (text) node.textContent = text;
  return node;
}

function seconds(ms, digits = 3) {
  return `${(ms / 1000).toFixed(digits)} s`;
}

function clock(ms) {
  const whole = Math.max(0, ms) / 1000;
  const minutes = Math.floor(whole / 60);
  return `${minutes}:${(whole - minutes * 60).toFixed(1).padStart(4, '0')}`;
}

function bytes(base64) {
  const text = atob(base64);
  const out = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at += 1) out[at] = text.charCodeAt(at);
  return out;
}

async function unpacked(base64) {
  const stream = new Blob([bytes(base64)]).stream().pipeThrough(new DecompressionStream('gzip'));
  return new Response(stream).text();
}

async function packed(kind, number) {
  const found = () => document.getElementById(`${kind}-${number}`)?.textContent ?? null;
  if (!found() && document.readyState === 'loading') await new Promise((go) => { addEventListener('DOMContentLoaded', go, { once: true }); });
  return found();
}

function wide() {
  return matchMedia('(min-width: 46.01rem)').matches;
}

const reduced = matchMedia('(prefers-reduced-motion: reduce)');
