// The page: a file comes in, its verdict goes out, and whoever asks finds his own. Nothing leaves the page.

const LANGUAGES = {kk: "Қазақша", ru: "Русский", en: "English"};
let language = (navigator.languages ?? []).map(one => one.slice(0, 2)).find(one => one in LANGUAGES) ?? "kk";
let shown = null; // {name, result}, or {name, failed}
let asked = decodeURIComponent(location.hash.slice(1)).trim();

function say(sentence, values = {}) {
  const said = (CATALOGUES[language] ?? {})[sentence] ?? sentence;
  return said.replace(/\{(\w+)\}/g, (whole, name) => {
    const value = values[name];
    if (value === undefined) return whole;
    if (name === "category") return say(WORDS.categories[value]);
    if (["day", "made"].includes(name) && /^\d{4}-\d{2}-\d{2}$/.test(value)) return dayOf(value);
    return String(value);
  });
}

const place = id => document.getElementById(id);

function drawFrame() {
  document.documentElement.lang = language;
  document.title = say("Check a public report");
  place("skip").textContent = say("To the verdict");
  place("title").textContent = say("Check a public report");
  place("lead").textContent = say("What a chamber publishes of its distribution of writs is recomputed here, in your browser. Nothing is sent anywhere; no network is needed.");
  place("drop-says").textContent = say("Drop the public file here");
  place("drop-go").textContent = say("Choose a file");
  place("drop-note").textContent = say("A file named like public.jsonl.gz, as the chamber published it");
  place("ask-says").textContent = say("Public id of a writ, or id of an enforcer");
  place("ask-go").textContent = say("Find");
  place("print").textContent = say("Print");
  place("languages").setAttribute("aria-label", say("Language"));
  place("foot").replaceChildren(say("For evenness and lot of whatever is named as not checked here:"), " ", code("tengbol verify --public --search"), ". ",
    OFFERED ? say("Hashes by the browser.") : say("Hashes by this page itself."));
  for (const button of place("languages").children) button.setAttribute("aria-pressed", String(button.lang === language));
}

async function draw() {
  drawFrame();
  place("asking").hidden = !shown?.result?.lines.length;
  if (!shown) return;
  const {name, result, failed} = shown;
  const inside = failed ? [made("section", {class: "verdict open", id: "verdict", tabindex: "-1"}, made("h2", {class: "headline"}, say(failed)), code(name))] : verdictOf(name, result);
  place("result").replaceChildren(...inside);
  document.body.dataset.verdict = failed ? "unusable" : result.found.anyBroken() ? "broken" : "holds";
  await drawAsked();
}

async function drawAsked() {
  const lines = shown?.result?.lines ?? [];
  if (!asked || !lines.length) {
    place("found").replaceChildren();
    return;
  }
  const places = await placesOf(lines, asked.toLowerCase()), line = lineOfEnforcer(lines, asked);
  const nobody = [made("p", {role: "status"}, say("No writ and no enforcer of this file has the id {id}.", {id: asked}))];
  const inside = [...(places.length ? writOf(places, asked) : []), ...(line ? enforcerOf(line, asked) : [])];
  place("found").replaceChildren(...(inside.length ? inside : nobody));
}

/** Show how far it is, and let the browser draw it now and then. */
function progress() {
  let last = performance.now();
  const bar = place("bar");
  return async (done, all) => {
    if (performance.now() - last < 50) return;
    bar.max = all;
    bar.value = done;
    await new Promise(resolve => setTimeout(resolve));
    last = performance.now();
  };
}

/** What is shown of a file. */
async function shownOf(file) {
  let text = null;
  try {
    text = await textOf(new Uint8Array(await file.arrayBuffer()));
  } catch {
    return {name: file.name, failed: mark("This is no public report: it cannot be unpacked, or is no text.")};
  }
  if (!saysSo(linesOf(text)[0])) {
    return {name: file.name, failed: mark("This is no public report: its first line does not say so. Choose the file that the chamber published.")};
  }
  return {name: file.name, result: await checkText(text, progress())};
}

let turn = 0; // of files: one that came later is shown, whichever is ready first

async function take(files) {
  const mine = ++turn;
  place("progress").hidden = false;
  delete document.body.dataset.verdict;
  let found = null;
  try {
    const names = files.map(one => one.name).join(", ");
    found = files.length > 1 ? {name: names, failed: mark("These are several files, and none was checked. Choose one.")} : await shownOf(files[0]);
  } finally {
    if (mine === turn) place("progress").hidden = true;
  }
  if (mine !== turn) return;
  shown = found;
  await draw();
  place("verdict").focus({preventScroll: true});
}

function start() {
  for (const [short, name] of Object.entries(LANGUAGES)) {
    const button = made("button", {type: "button", lang: short}, name);
    button.addEventListener("click", () => {
      language = short;
      draw();
    });
    place("languages").append(button);
  }
  const drop = place("drop"), file = place("file");
  file.addEventListener("change", () => {
    const chosen = [...file.files];
    file.value = ""; // the same file can be chosen again
    if (chosen.length) take(chosen);
  });
  for (const kind of ["dragover", "drop"]) {
    document.addEventListener(kind, event => {
      event.preventDefault();
      drop.classList.toggle("over", kind === "dragover");
      if (kind === "drop" && event.dataTransfer.files.length) take([...event.dataTransfer.files]);
    });
  }
  place("ask").addEventListener("submit", event => {
    event.preventDefault();
    asked = place("id").value.trim();
    drawAsked();
  });
  addEventListener("hashchange", () => {
    asked = decodeURIComponent(location.hash.slice(1)).trim();
    place("id").value = asked;
    drawAsked();
  });
  place("print").addEventListener("click", () => print());
  place("id").value = asked;
  draw();
}

start();
