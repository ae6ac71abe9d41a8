"use strict";

const $ = (id) => document.getElementById(id);
const POLL_MS = 1500;

function element(tag, attributes = {}, ...children) {
  const node = Object.assign(document.createElement(tag), attributes);
  node.append(...children);
  return node;
}

async function getJson(url) {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`${url}: ${answer.status}`);
  return answer.json();
}

async function postJson(url, body) {
  const answer = await fetch(url, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  const document = await answer.json();
  if (!answer.ok) throw new Error(problem(document));
  return document;
}

function problem(document) {
  return document.error || document.errors.map((e) => `${e.loc.join(".")}: ${e.msg}`).join("; ");
}

const clock = (at) =>
  new Date(at).toLocaleTimeString("vi-VN", { hour: "2-digit", minute: "2-digit", second: "2-digit" });

/* Redraw only what changed, so that a text being selected or a scroll stays where it is. */
function drawOnce(node, content, draw) {
  const stamp = JSON.stringify(content);
  if (node.dataset.stamp === stamp) return false;
  node.dataset.stamp = stamp;
  node.replaceChildren(...draw(content));
  return true;
}

function poll(refresh) {
  const again = async () => {
    try { await refresh(); } catch (error) { console.warn(error); }
    setTimeout(again, POLL_MS);
  };
  again();
}

function read(isReading) {
  $("panes").classList.toggle("reading", isReading);
}
