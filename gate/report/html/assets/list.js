// The list of cases: filter and search, opening, and addresses that lead to one case.
const articles = [...document.querySelectorAll('article.case')];
const form = document.querySelector('form.filter');

function filter() {
  const words = document.getElementById('search').value.toLowerCase().split(/\s+/).filter(Boolean);
  const verdicts = new Set([...form.querySelectorAll('[name=verdict]:checked')].map((box) => box.value));
  const suite = document.getElementById('suite')?.value ?? '';
  const target = document.getElementById('target')?.value ?? '';
  let shown = 0;
  for (const article of articles) {
    const { verdict, suite: ofSuite, target: ofTarget, words: text } = article.dataset;
    const fits = verdicts.has(verdict) && (!suite || suite === ofSuite) && (!target || target === ofTarget) && words.every((word) => text.includes(word));
    article.hidden = !fits;
    shown += fits;
  }
  form.querySelector('.count').textContent = shown === articles.length ? '' : `${shown} of ${articles.length} cases`;
  document.querySelector('.none-left').hidden = shown > 0;
}

function lead() {
  const id = decodeURIComponent(location.hash.slice(1));
  const article = id && articles.find((one) => one.id === id);
  if (!article) return;
  article.hidden = false;
  article.querySelector('details').open = true;
  article.scrollIntoView();
  article.querySelector('summary').focus({ preventScroll: true });
}

for (const article of articles) {
  const details = article.querySelector('details');
  details.addEventListener('toggle', (event) => { if (event.target === details && details.open) opens(article); });
  if (details.open) opens(article);
}
if (form) {
  form.hidden = articles.length < 2;
  form.addEventListener('input', filter);
  form.addEventListener('submit', (event) => event.preventDefault());
  filter();
}
addEventListener('hashchange', lead);
addEventListener('load', lead); // the browser's own way there ends with it, and takes the focus away
lead();
