// A login that ends while somebody types (its hours are over, or a logout in another window): what was typed stays
// on the page until it can be sent. Other scripts say that they were not let in by the event `desk:refused`, and
// are told by `desk:welcome` when they may try again.

const bar = document.querySelector("[data-alive]");
const EVERY = 5000; // ms between two looks whether somebody has logged in again
let note = null, timer = 0;

// "yes", "over", "away" (no answer). A new login has a new token: the forms of the page get it.
async function ask() {
  try {
    const answer = await fetch(bar.dataset.alive, { redirect: "manual" });
    if (answer.type === "opaqueredirect" || answer.status === 403) return "over";
    if (!answer.ok) return "away";
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const token = page.querySelector("[name=csrfmiddlewaretoken]").value;
    for (const input of document.querySelectorAll("[name=csrfmiddlewaretoken]")) input.value = token;
    return "yes";
  } catch {
    return "away";
  }
}

function tell(said, link) {
  if (!note) {
    note = document.createElement("p");
    note.className = "note note--bad expired";
    note.setAttribute("role", "alert");
    document.body.append(note);
  }
  note.textContent = said;
  if (!link) return;
  const login = document.createElement("a");
  Object.assign(login, { href: bar.dataset.login, target: "_blank", textContent: "在新窗口登录" });
  note.append(login);
}

function settled() {
  clearTimeout(timer);
  if (note) note.remove();
  note = null;
  document.dispatchEvent(new CustomEvent("desk:welcome"));
}

async function look() {
  clearTimeout(timer);
  const answer = await ask();
  if (answer === "yes") return settled();
  if (answer === "over") tell("登录已过期。写的内容还在这个页面里，登录后会接着保存，不用重写。", true);
  timer = setTimeout(look, EVERY);
}

document.addEventListener("desk:refused", look);
for (const event of ["focus", "online"]) addEventListener(event, () => { if (note) look(); });
document.addEventListener("visibilitychange", () => { if (note && !document.hidden) look(); });

// A form with something typed is sent once it is known that it will be let in.
const isTyped = (field) => {
  if (["hidden", "submit", "button", "file"].includes(field.type)) return false;
  if (["checkbox", "radio"].includes(field.type)) return field.checked !== field.defaultChecked;
  if (field.options) return [...field.options].some((option) => option.selected !== option.defaultSelected);
  return "defaultValue" in field && field.value !== field.defaultValue;
};
const asked = new WeakSet(), sent = new WeakSet();

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (form.method !== "post" || sent.has(form) || !form.closest("main") || ![...form.elements].some(isTyped)) return;
  event.preventDefault();
  event.stopPropagation();
  if (asked.has(form)) return; // pressed twice
  asked.add(form);
  const answer = await ask();
  asked.delete(form);
  if (answer === "yes") {
    settled();
    sent.add(form);
    form.requestSubmit(event.submitter);
    sent.delete(form);
  } else if (answer === "over") {
    look();
  } else {
    tell("没有送出，连不上服务器。写的内容还在这个页面里，过一会儿再按一次。");
  }
}, true);
