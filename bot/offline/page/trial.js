// What is wrong with an edit, and what it changes for other questions, while somebody types.

import { el, fill } from "./dom.js";
import { post } from "./server.js";

const PAUSE_MS = 500;
const GROUPS = {
  worse: "Got worse", safety: "Another safety card, or none", better: "Got better", other: "Other changes",
};

export class Trial {
  #read;
  #onTheirs;
  #pause = 0;
  #isBusy = false;
  #tried = "";
  #isOver = false;
  #check = part("Check");
  #changes = part("What changes for other questions");

  /**
   * @param {() => object | string} read the edit, or a sentence that says what is still missing
   * @param {(theirs: object) => void} onTheirs told what somebody else has saved meanwhile
   */
  constructor(read, onTheirs) {
    this.#read = read;
    this.#onTheirs = onTheirs;
    this.node = el("div", { class: "trial" }, this.#check.node, this.#changes.node);
    this.summary = el("div", {}, this.#check.summary, this.#changes.summary);
  }

  /** Tries what is written as soon as nobody types any more. */
  touch() {
    const edit = this.#read();
    const wanted = JSON.stringify(edit);
    if (this.#isOver || wanted === this.#tried) return;
    clearTimeout(this.#pause);
    if (typeof edit === "string") {
      this.#tried = wanted;
      this.#check.say(edit);
      this.#changes.say("Told when there is something to compare.");
      return;
    }
    this.#check.say("Checking …", { isBusy: true });
    this.#changes.say("Waiting for the check …", { isBusy: true });
    this.#pause = setTimeout(() => this.#run(), PAUSE_MS);
  }

  /** Shows what forbids to save the edit; whether there is nothing. @param {object[]} faults */
  show(faults) {
    const said = faults.length ? `Not to be saved like this: ${faults.length} ${faults.length === 1 ? "fault" : "faults"}.`
      : "Nothing is wrong with it.";
    this.#check.say(said, { isBad: faults.length > 0 }, faults.map((fault) => finding(fault, "Fault: ")));
    return faults.length === 0;
  }

  /** Tries nothing any more. */
  stop() {
    this.#isOver = true;
    clearTimeout(this.#pause);
  }

  /** One request at a time; what was written meanwhile is tried after it. */
  async #run() {
    if (this.#isBusy) return;
    const edit = this.#read();
    this.#tried = JSON.stringify(edit);
    const isOld = () => this.#isOver || JSON.stringify(this.#read()) !== this.#tried;
    this.#isBusy = true;
    try {
      await this.#try(edit, isOld);
    } catch (error) {
      if (!isOld()) {
        this.#check.say(error.message, { isBad: true });
        this.#changes.say("");
      }
    }
    this.#isBusy = false;
    if (isOld() && !this.#isOver) this.touch();
  }

  async #try(edit, isOld) {
    const { findings, theirs } = await post("editing/check", { edit });
    if (isOld()) return;
    if (theirs) {
      this.#check.say("Somebody else has changed this meanwhile.", { isBad: true });
      this.#changes.say("");
      this.#onTheirs(theirs);
      return;
    }
    if (!this.show(findings)) return void this.#changes.say("What changes is told once nothing is wrong.");
    this.#changes.say("Asking the other questions …", { isBusy: true });
    const found = await post("editing/compare", { edit });
    if (isOld()) return;
    this.#tell(found);
    const advice = (await post("editing/advise", { edit })).findings;
    if (isOld() || !advice.length) return;
    this.#check.say("It can be saved; worth a look:", {}, advice.map((one) => finding(one, "")));
  }

  #tell({ asked, of, own, counts, differences, provisional }) {
    const count = Object.values(counts).reduce((sum, one) => sum + one, 0);
    const most = asked && asked < of ? ` (of the ${asked.toLocaleString()} most like it, of ${of.toLocaleString()})` : "";
    const said = count === 0 ? "No other question is answered differently"
      : `${count} other ${count === 1 ? "question" : "questions"}`;
    const groups = Object.keys(GROUPS).filter((name) => counts[name]);
    this.#changes.say(`${said}${most}.`, { isBad: Boolean(counts.worse || counts.safety) }, [
      own.length > 0 && el("ul", { class: "changes" }, own.map(difference)),
      ...groups.map((name) => group(name, counts[name], differences.filter((one) => one.group === name))),
      provisional && asked > 0 && el("p", { class: "detail" },
        "Learnt in a hurry: once all is learnt, a few may come out differently."),
    ]);
  }
}

function part(title) {
  const said = el("p", { role: "status" });
  const more = el("div");
  const node = el("section", { "aria-label": title }, el("h3", {}, title), said, more);
  const summary = el("span", { "aria-hidden": "true" });
  const say = (text, { isBusy = false, isBad = false } = {}, children = []) => {
    for (const line of [said, summary]) {
      line.className = isBad ? "bad" : isBusy ? "busy" : "";
      line.textContent = text;
    }
    if (!isBusy) fill(more, children);
  };
  return { node, summary, say };
}

const finding = ({ message, rule, place }, kind) => el("p", { class: "finding" },
  kind && el("b", {}, kind), message, el("span", { class: "detail" }, `${place} [${rule}]`));

const group = (name, count, shown) => el("details", { class: "changes", open: name !== "other" && count < 8 },
  el("summary", {}, `${GROUPS[name]}: ${count}`),
  el("ul", {}, shown.map(difference)),
  shown.length < count && el("p", { class: "detail" }, `and ${count - shown.length} more`));

const difference = ({ text, after, was, is }) => el("li", {},
  el("span", {}, `“${text}”`, after && ` (after ${after})`),
  el("span", { class: "detail" }, `was: ${reaction(was)}`),
  el("span", { class: "detail" }, `is: ${reaction(is)}`));

const KINDS = { answer: "answers", suggest: "offers", none: "declines" };

function reaction({ kind, ids, confidence, runner_up, card }) {
  const sure = ids.length ? ` (${Math.round(confidence * 100)} %)` : "";
  const next = kind === "answer" && runner_up ? `, next ${runner_up}` : "";
  const named = ids.length ? ` ${ids.join(", ")}` : "";
  return `${KINDS[kind] ?? kind}${named}${sure}${next}${card ? `, card ${card}` : ""}`;
}
