// The calculator's page: its form is drawn from the policy's own JSON Schema, so a new pack of
// data is a new form, and no number or question of a policy stands here.
"use strict";

const words = JSON.parse(document.getElementById("words").dataset.words);
const form = document.getElementById("form");
const answer = document.getElementById("answer");

function make(tag, text, attributes = {}) {
  const element = document.createElement(tag);
  if (text) element.textContent = text;
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  return element;
}

// Every drawer appends to `parent` and answers a function that reads what was filled in;
// undefined is "not known" and is not sent.
function draw(schema, parent, name, required) {
  if (schema.type === "array") return drawList(schema, parent, name);
  if (schema.type === "object") return drawGroup(schema, parent, name);
  return drawField(schema, parent, name, required);
}

function drawGroup(schema, parent, name) {
  const box = make("fieldset");
  box.append(make("legend", schema.title));
  parent.append(box);
  const readers = Object.entries(schema.properties).map(([key, field]) => [
    key,
    draw(field, box, name ? `${name}/${key}` : key, (schema.required || []).includes(key)),
  ]);
  return () => {
    const filled = readers.map(([key, read]) => [key, read()]).filter(([, value]) => value !== undefined);
    return filled.length ? Object.fromEntries(filled) : undefined;
  };
}

function drawList(schema, parent, name) {
  const box = make("section", "", { "data-list": name });
  const things = [];
  const add = make("button", `＋ ${schema.title}`, { type: "button" });
  add.addEventListener("click", () => {
    const card = make("div", "", { class: "thing" });
    const thing = { read: drawGroup(schema.items, card, `${name}/${things.length}`) };
    const own = card.querySelector(`[name="${name}/${things.length}/id"]`);
    if (own) own.value = `${name}-${things.length + 1}`;
    const remove = make("button", words.remove, { type: "button" });
    remove.addEventListener("click", () => {
      things.splice(things.indexOf(thing), 1);
      card.remove();
    });
    card.append(remove);
    things.push(thing);
    box.insertBefore(card, add);
  });
  box.append(add);
  parent.append(box);
  return () => (things.length ? things.map((thing) => thing.read() || {}) : undefined);
}

function drawField(schema, parent, name, required) {
  const types = [].concat(schema.type);
  const choices = types.includes("boolean")
    ? [["true", words.yes], ["false", words.no]]
    : (schema.oneOf || schema.enum || []).filter((one) => one !== null && one.type !== "null")
        .map((one) => (typeof one === "object" ? [one.const, one.title] : [one, one]));
  const label = make("label", schema.title);
  const field = choices.length ? make("select") : make("input", "", {
    type: schema.format === "date" ? "date" : "text",
    ...(types.includes("integer") ? { inputmode: "numeric" } : {}),
  });
  field.name = name;
  field.required = required;
  if (choices.length) {
    field.append(make("option", words.unknown, { value: "" }));
    for (const [value, title] of choices) field.append(make("option", title, { value }));
  }
  label.append(field);
  if (schema.description) label.append(make("small", schema.description));
  parent.append(label);
  return () => {
    const text = field.value.trim();
    if (!text) return undefined;
    if (types.includes("boolean")) return text === "true";
    return types.includes("integer") && /^-?\d+$/.test(text) ? Number(text) : text;
  };
}

async function call(path, body) {
  const reply = await fetch(path, body && {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  return [reply.ok, await reply.json()];
}

function showFaults(problem) {
  answer.replaceChildren(make("h2", problem.title), make("p", problem.detail));
  const list = make("ul");
  for (const fault of problem.errors || []) list.append(make("li", `${fault.pointer}：${fault.message}`));
  answer.append(list);
}

function showAnswer(result) {
  const total = make("h2", `${words.total} `);
  total.append(make("output", amount(result.total_yuan, result.total_kind), { id: "total" }));
  answer.replaceChildren(total);
  for (const reason of result.reasons) answer.append(makeReason(reason));
  for (const item of result.items) answer.append(makeItem(item));
}

function amount(yuan, kind) {
  if (yuan === null) return words.undecided;
  return `${kind === "ceiling" ? words.ceiling : ""}${yuan} ${words.yuan}`;
}

function makeItem(item) {
  const card = make("article", "", { "data-rule": item.rule, "data-outcome": item.outcome });
  const what = item.amount_yuan === null ? "" : ` · ${amount(item.amount_yuan, item.amount_kind)}`;
  card.append(make("h3", `${item.subject} · ${words.outcomes[item.outcome]}${what}`));
  for (const reason of item.reasons) card.append(makeReason(reason));
  for (const gap of item.missing) card.append(make("p", `${words.missing}${gap.question} ${gap.help}`, { class: "missing" }));
  for (const act of item.next_acts) card.append(make("p", `${words.next}${act}`));
  return card;
}

function makeReason(reason) {
  const line = make("div", "", { class: "reason" });
  const mark = { true: "✓", false: "✗", null: "?" }[String(reason.holds)];
  line.append(make("p", `${mark} ${reason.text}`), make("blockquote", `${reason.quote}`));
  line.append(make("small", reason.clause));
  return line;
}

async function start() {
  const today = words.today;
  const [, shelf] = await call(`/v1/policies?on=${today}`);
  const inForce = (shelf.items || []).find((one) => one.computable);
  if (!inForce) return answer.append(make("p", words.no_policy));
  const [found, policy] = await call(`/v1/policies/${inForce.id}?on=${today}`);
  if (!found) return showFaults(policy);
  form.append(make("p", `${policy.title}（${policy.version}）`, { class: "sub" }));
  const read = drawGroup({ ...policy.form, title: words.facts }, form, "");
  form.querySelector('[name="on"]').value = today;
  form.append(make("button", words.calculate, { id: "calculate" }));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    try {
      const [well, result] = await call("/v1/subsidies/calculations", read() || {});
      (well ? showAnswer : showFaults)(result);
    } catch (error) {
      answer.replaceChildren(make("p", `${words.unreachable} ${error.message}`));
    }
    answer.scrollIntoView({ behavior: "smooth" });
  });
}

start().catch((error) => answer.replaceChildren(make("p", `${words.unreachable} ${error.message}`)));
