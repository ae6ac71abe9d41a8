"use strict";

let box = "mails";
let open = null;

$("filter").value = new URLSearchParams(location.search).get("to") || "";

function drawMail(mail) {
  return element("li", {}, element("button", {
    type: "button", className: open && open.id === mail.id ? "on" : "", onclick: () => show(mail),
  },
    element("span", { className: "line" },
      element("span", {}, mail.to.join(", ")), element("small", {}, clock(mail.at))),
    element("span", { className: "cut" }, mail.subject)));
}

function drawSms(sms) {
  return element("li", {}, element("button", { type: "button" },
    element("span", {}, sms.to), element("small", {}, sms.text)));
}

function show(mail) {
  open = mail;
  $("reader").classList.add("open");
  $("subject").textContent = mail.subject || "(không có tiêu đề · no subject)";
  $("parties").textContent = `${mail.from} → ${mail.to.join(", ")}`
    + (mail.reply_to.length ? ` · trả lời về · reply to ${mail.reply_to.join(", ")}` : "");
  $("body").replaceChildren(...drawBody(mail));
  $("sender").value = mail.to[0] || "";
  $("text").value = $("notice").textContent = "";
  read(true);
  refresh();
}

function drawBody(mail) {
  const body = mail.html
    ? element("iframe", {
      src: `/mails/${encodeURIComponent(mail.id)}/body`, title: mail.subject,
      sandbox: "allow-popups allow-popups-to-escape-sandbox",
    })
    : element("pre", {}, mail.text);
  const files = mail.attachments.map((file) =>
    element("small", {}, `Tệp · file: ${file.name} · ${file.type} · ${file.size} B`));
  return [...files, body];
}

async function refresh() {
  const wanted = encodeURIComponent($("filter").value.trim());
  const items = box === "mails" ? await getJson(`/mails?to=${wanted}`) : await getJson("/sms");
  $("no-mails").hidden = items.length > 0;
  const draw = box === "mails" ? drawMail : drawSms;
  drawOnce($("mails"), [box, items, open && open.id], () => items.toReversed().map(draw));
}

for (const chip of document.querySelectorAll("[data-box]")) {
  chip.addEventListener("click", () => {
    box = chip.dataset.box;
    document.querySelectorAll("[data-box]").forEach((each) => each.classList.toggle("on", each === chip));
    refresh();
  });
}
$("filter").addEventListener("input", refresh);
$("back").addEventListener("click", () => read(false));
$("composer").addEventListener("submit", async (event) => {
  event.preventDefault();
  $("notice").textContent = "Đang gửi… · Sending…";
  try {
    await postJson(`/mails/${encodeURIComponent(open.id)}/reply`,
      { text: $("text").value, from: $("sender").value.trim() });
    $("text").value = "";
    $("notice").textContent = "Đã gửi. · Sent.";
  } catch (error) {
    $("notice").textContent = error.message;
  }
});
poll(refresh);
