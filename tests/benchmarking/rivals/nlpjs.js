// nlp.js (node-nlp) behind the same JSON lines as `talk.py`, run as `node nlpjs.js FOLDER`, where
// FOLDER holds `node_modules`. The counter-examples are its own intent "None".
const before = process.memoryUsage().rss;
const fs = require("fs");
const path = require("path");
const readline = require("readline");
const { NlpManager } = require(path.join(process.argv[2], "node_modules", "node-nlp"));

const NONE = "None";
const MOST = 4;
const blank = () =>
  new NlpManager({ languages: ["en"], autoSave: false, forceNER: false, nlu: { log: false } });
let manager = blank();

async function ranked(text) {
  const { classifications } = await manager.process("en", text);
  return classifications
    .filter(({ intent }) => intent !== NONE)
    .sort((one, other) => other.score - one.score)
    .slice(0, MOST)
    .map(({ intent, score }) => [intent, score]);
}

const requests = {
  async fit({ entries, none }) {
    const start = process.hrtime.bigint();
    manager = blank();
    for (const [id, texts] of Object.entries(entries)) {
      for (const text of texts) manager.addDocument("en", text, id);
    }
    for (const text of none) manager.addDocument("en", text, NONE);
    await manager.train();
    return Number(process.hrtime.bigint() - start) / 1e9;
  },
  async rank(texts) {
    const found = [];
    for (const text of texts) found.push(await ranked(text));
    return found;
  },
  async time(texts) {
    const found = [];
    for (const text of texts) {
      const start = process.hrtime.bigint();
      await manager.process("en", text);
      found.push(Number(process.hrtime.bigint() - start) / 1e3);
    }
    return found;
  },
  limits: async () => null,
  async keep(file) {
    fs.writeFileSync(file, manager.export());
    return fs.statSync(file).size;
  },
  async load(file) {
    manager = blank();
    manager.import(fs.readFileSync(file, "utf8"));
    return null;
  },
  memory: async () => process.memoryUsage().rss - before,
};

// What the library prints must not get between the replies.
console.log = console.error;

(async () => {
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const [[request, argument]] = Object.entries(JSON.parse(line));
    process.stdout.write(JSON.stringify(await requests[request](argument)) + "\n");
  }
})();
