// The desk's small comforts; everything works without them.

// Drop zone: files dropped or chosen are sent at once, and a meter shows how much of them has gone.
const megabytes = (bytes) => (bytes / 1048576).toFixed(1);
const refused = { 0: "连接断了，没有传完", 200: "登录已过期", 403: "登录已过期", 413: "一次传得太多，请分几次交" };
for (const form of document.querySelectorAll("[data-drop]")) {
  const input = form.querySelector("input[type=file]");
  const chosen = form.querySelector("[data-chosen]");
  const meter = form.querySelector("[data-meter]");
  const [bar, gone] = meter.children;
  const submit = form.querySelector("button[type=submit]");
  submit.hidden = true;
  const send = () => {
    if (!input.files.length) return;
    const count = input.files.length;
    chosen.textContent = `正在上传${count}份：${[...input.files].map((file) => file.name).join("、")}`;
    chosen.classList.remove("errmsg");
    const request = new XMLHttpRequest();
    request.open("POST", form.action);
    request.responseType = "json";
    request.setRequestHeader("Accept", "application/json");
    request.upload.addEventListener("progress", ({ loaded, total }) => {
      meter.hidden = false;
      bar.value = loaded / total;
      gone.textContent = loaded < total ? `${megabytes(loaded)}/${megabytes(total)} MB` : "传完了，正在收下";
    });
    request.addEventListener("loadend", () => {
      const { next, errors } = request.response || {};
      if (request.status === 403 || (request.status === 200 && !next)) document.dispatchEvent(new CustomEvent("desk:refused")); // led to the login
      if (next) {
        location.assign(next);
        return;
      }
      meter.hidden = true;
      chosen.classList.add("errmsg");
      chosen.textContent = `${(errors || [refused[request.status] || `没有收下（错误${request.status}）`]).join("；")}。文件还在您手里，可以再交一次。`;
      form.reset();
    });
    request.send(new FormData(form));
  };
  input.addEventListener("change", send);
  const over = (event) => {
    event.preventDefault();
    form.classList.add("drop--over");
  };
  form.addEventListener("dragenter", over);
  form.addEventListener("dragover", over);
  form.addEventListener("dragleave", () => form.classList.remove("drop--over"));
  form.addEventListener("drop", (event) => {
    event.preventDefault();
    form.classList.remove("drop--over");
    if (!event.dataTransfer.files.length) return;
    input.files = event.dataTransfer.files;
    send();
  });
}

// Progress: what the poll brings is announced only when it says something new.
const say = document.querySelector("[data-say]");
if (say) {
  document.body.addEventListener("htmx:afterSettle", () => {
    const news = document.querySelector("[data-status]").dataset.status;
    if (say.textContent === news) return;
    say.textContent = news;
    document.title = `${news} — 大数据发展动态`;
  });
  for (const event of ["htmx:sendError", "htmx:responseError"]) {
    document.body.addEventListener(event, () => {
      say.textContent = "暂时连不上，会自动再试。解析不受影响。";
      say.classList.remove("vh");
      say.classList.add("note", "note--warn");
    });
  }
  document.body.addEventListener("htmx:afterOnLoad", () => {
    say.classList.add("vh");
    say.classList.remove("note", "note--warn");
  });
}

// The original's page: what the pointer or the focus is on lights up, if it stands on the page shown.
const light = (event, on) => {
  const named = event.target.closest && event.target.closest("[data-region]");
  if (!named) return;
  const key = named.dataset.region;
  for (const outline of document.querySelectorAll("[data-outline]")) {
    const here = outline.dataset.outline === key || outline.dataset.outline.startsWith(`${key}-`);
    if (here) outline.classList.toggle("outl--lit", on);
  }
};
for (const event of ["mouseover", "focusin"]) document.addEventListener(event, (each) => light(each, true));
for (const event of ["mouseout", "focusout"]) document.addEventListener(event, (each) => light(each, false));
