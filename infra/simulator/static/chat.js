"use strict";

const NAMES = ["Nguyễn Thu Hà", "Trần Minh Quân", "Lê Bảo Ngọc", "Phạm Gia Huy", "Võ Thanh Trúc",
  "Đặng Hoàng Long", "Bùi Khánh Linh", "Hồ Anh Tuấn", "Đỗ Phương Mai", "Ngô Đức Thịnh"];

let accounts = [];
let account = null;
let current = null;

const isMail = (key) => key.channel === "email";
const pathOf = (key) => [key.channel, key.account, key.external_id].map(encodeURIComponent).join("/");
const same = (one, other) => one && other && pathOf(one) === pathOf(other);

function plainAscii(name) {
  return name.normalize("NFD").replace(/\p{M}/gu, "").replace(/đ/g, "d").replace(/Đ/g, "D");
}

function newPerson() {
  const name = NAMES[Math.floor(Math.random() * NAMES.length)];
  const digits = String(Math.floor(1e8 + Math.random() * 9e8));
  $("name").value = name;
  $("external-id").value = account && isMail(account)
    ? `${plainAscii(name).toLowerCase().split(" ").slice(-2).join(".")}${digits.slice(-2)}@khach.example`
    : account && account.channel.endsWith("_sms") ? `+84${digits}`
    : digits + (account && account.channel !== "telegram" ? digits.split("").reverse().join("") : "");
}

function drawAccounts() {
  drawOnce($("accounts"), [accounts, account], () =>
    accounts.length ? accounts.map((each) => element("button", {
      type: "button",
      className: `chip${each === account ? " on" : ""}`,
      onclick: () => pick(each),
    }, each.label, " ", element("small", {}, each.account)))
      : [element("small", {}, "Chưa có kênh nào: hãy chạy make up. · No account yet: run make up.")]);
}

function pick(chosen) {
  account = chosen;
  $("id-label").firstChild.textContent = isMail(chosen) ? "Địa chỉ email " : "Mã trên kênh ";
  drawAccounts();
  newPerson();
}

function open(key) {
  current = key;
  delete $("lines").dataset.stamp;
  $("reader").classList.add("open");
  $("who").textContent = key.name || key.external_id;
  $("where").textContent = `${key.label || key.channel} · ${key.account} · ${key.external_id}`;
  $("subject").hidden = !isMail(key);
  $("by-url").hidden = isMail(key);
  $("files").hidden = !isMail(key);
  $("notice").textContent = "";
  read(true);
  refreshLines();
  $("text").focus();
}

async function refreshLines() {
  if (!current) return;
  const key = current;
  const lines = await getJson(`/chats/${pathOf(key)}`);
  if (!same(key, current)) return;
  const box = $("lines");
  const atEnd = box.scrollHeight - box.scrollTop - box.clientHeight < 80;
  if (drawOnce(box, lines, (all) => all.map(drawLine)) && atEnd) box.scrollTop = box.scrollHeight;
}

function drawLine(line) {
  const bubble = element("div", { className: "bubble" });
  if (line.subject) bubble.append(element("b", {}, line.subject));
  bubble.append(line.text);
  for (const attachment of line.attachments) bubble.append(drawAttachment(attachment));
  const said = element("div", { className: `said ${line.by}` }, bubble);
  if (line.buttons.length) said.append(drawButtons(line.buttons));
  said.append(drawFate(line));
  return said;
}

function drawAttachment(attachment) {
  const words = `Tệp · file: ${attachment.name || attachment.url || attachment.type}`;
  return /^https?:/.test(attachment.url || "")
    ? element("a", { href: attachment.url, target: "_blank", rel: "noreferrer" }, words)
    : element("b", {}, words);
}

function drawButtons(buttons) {
  return element("div", { className: "taps" }, ...buttons.map((button) => element("button", {
    type: "button", className: "chip",
    onclick: () => send({ action: "tap", payload: button.payload, text: button.title }),
  }, button.title)));
}

function drawFate(line) {
  const fate = element("small", { className: "fate" }, clock(line.at));
  if (line.by === "agent") fate.append(" · nhân viên trên nền tảng · agent");
  if (line.by === "company") fate.append(" · công ty · company");
  if (line.delivery) {
    const last = line.delivery.attempts.at(-1);
    const outcome = last ? last.status ?? last.error : "…";
    fate.classList.add(line.delivery.state === "delivered" ? "good" : "bad");
    const times = line.delivery.attempts.length;
    fate.append(` · webhook ${outcome}${times > 1 ? `, lần · attempt ${times}` : ""}`);
  }
  return fate;
}

async function refreshChats() {
  const chats = await getJson("/chats");
  $("no-chats").hidden = chats.length > 0;
  drawOnce($("chats"), [chats, current], () => chats.map((chat) => element("li", {}, element("button", {
    type: "button", className: same(chat, current) ? "on" : "", onclick: () => open(chat),
  },
    element("span", { className: "line" },
      element("span", {}, chat.name || chat.external_id),
      element("small", {}, chat.label)),
    element("small", { className: "cut" }, chat.last ? chat.last.text || "Tệp đính kèm · attachment" : "")))));
}

async function base64(file) {
  const bytes = new Uint8Array(await file.arrayBuffer());
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
}

async function attachments() {
  if (isMail(current)) {
    return Promise.all(Array.from($("files").files, async (file) =>
      ({ name: file.name, content_base64: await base64(file) })));
  }
  const url = $("attachment-url").value.trim();
  const name = url.split(/[?#]/)[0].split("/").pop();
  return url ? [{ type: $("attachment-type").value, url, name }] : [];
}

async function send(words) {
  const key = current;
  $("notice").textContent = "Đang gửi… · Sending…";
  try {
    const taken = await postJson(`/customers/${encodeURIComponent(key.channel)}/${encodeURIComponent(key.account)}`,
      { external_id: key.external_id, name: key.name, ...words });
    // Telegram's ids are numbers: the platform may have given another one.
    key.external_id = taken.external_id;
    $("notice").textContent = "";
    await refreshLines();
    return true;
  } catch (error) {
    $("notice").textContent = error.message;
    return false;
  }
}

$("composer").addEventListener("submit", async (event) => {
  event.preventDefault();
  const button = event.submitter;
  if (button) button.disabled = true;
  const words = { text: $("text").value.trim(), attachments: await attachments() };
  if (isMail(current)) words.subject = $("subject").value.trim();
  if (await send(words)) {
    $("text").value = $("attachment-url").value = $("files").value = "";
  }
  if (button) button.disabled = false;
});
$("text").addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing && !isMail(current)) {
    event.preventDefault();
    $("composer").requestSubmit();
  }
});
$("another").addEventListener("click", newPerson);
$("back").addEventListener("click", () => { current = null; read(false); });
$("open").addEventListener("click", () => {
  if (!account || !$("external-id").value.trim()) return;
  open({ ...account, external_id: $("external-id").value.trim(), name: $("name").value.trim() });
});

poll(async () => {
  accounts = await getJson("/accounts");
  const still = account && accounts.find((each) =>
    each.channel === account.channel && each.account === account.account);
  if (still) account = still; else if (accounts.length) pick(accounts[0]);
  drawAccounts();
  await refreshChats();
  await refreshLines();
});
