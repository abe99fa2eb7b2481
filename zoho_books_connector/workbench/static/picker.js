// Pickers: a text field for an id becomes a combobox over the choices of the account (ARIA APG, list autocomplete).
// Without this script the field takes the id as it is typed, and it does so with the script, too.
"use strict";
(() => {
  const form = document.getElementById("action");
  if (!form) return;
  const DELAY = 250;
  const say = (text) => { document.getElementById("said").textContent = text; };
  const list = document.createElement("div");
  list.className = "choices";
  list.id = "choices";
  list.setAttribute("role", "listbox");
  list.hidden = true;
  let open = null; // the field whose list is shown
  let at = -1;
  let asking = null;
  let timer = 0;

  // By name alone: a field of the same id, which a form would answer with, too, is the one that shows the label.
  const named = (name) => form.querySelector(`[name="${CSS.escape(name)}"]`);
  const held = (input) => input.nextElementSibling; // the hidden field with the id
  const options = () => [...list.querySelectorAll("[role=option]")];

  const upgrade = (input) => {
    if (input.getAttribute("role") === "combobox") return;
    const id = document.createElement("input");
    id.type = "hidden";
    id.name = input.name;
    id.value = input.value;
    id.disabled = input.disabled;
    input.after(id);
    input.name = "label:" + id.name;
    input.value = input.dataset.label || id.value;
    for (const [name, value] of [["role", "combobox"], ["aria-autocomplete", "list"], ["aria-expanded", "false"], ["aria-controls", "choices"], ["aria-haspopup", "listbox"]]) input.setAttribute(name, value);
  };
  const upgradeAll = (root) => root.querySelectorAll("input[data-picker]").forEach(upgrade);

  const titleOf = (id) => {
    const label = form.querySelector(`label[for="${CSS.escape(id)}"]`);
    return label ? label.textContent.replace("*", "").trim() : "";
  };
  // What is to be chosen before the choices of a field can be known; nothing where it is chosen, or cannot be here.
  const missing = (input) => {
    const needed = (input.dataset.needs || "").split(" ").map((name) => "/" + name).filter((name) => named(name));
    return needed.some((name) => named(name).value) ? "" : needed.map(titleOf).join(" or ");
  };
  const show = (input) => {
    if (open && open !== input) close();
    open = input;
    input.parentElement.append(list);
    list.style.top = `${input.offsetTop + input.offsetHeight + 2}px`;
    list.setAttribute("aria-label", titleOf(input.id) || "Choices");
    list.hidden = false;
    input.setAttribute("aria-expanded", "true");
  };
  const close = () => {
    clearTimeout(timer);
    if (asking) asking.abort();
    if (!open) return;
    open.setAttribute("aria-expanded", "false");
    open.removeAttribute("aria-activedescendant");
    list.hidden = true;
    list.replaceChildren();
    open = null;
    at = -1;
  };
  const mark = (index) => {
    const all = options();
    all.forEach((option, number) => { option.id = "choice-" + number; option.setAttribute("aria-selected", String(number === index)); });
    at = all.length ? index : -1;
    if (at < 0) { open.removeAttribute("aria-activedescendant"); return; }
    open.setAttribute("aria-activedescendant", all[at].id);
    all[at].scrollIntoView({ block: "nearest" });
  };

  const address = (input, search, cursor) => {
    const query = new URLSearchParams(input.dataset.with || "");
    query.set("search", search);
    if (cursor) query.set("cursor", cursor);
    const connection = named("connection");
    query.set("connection", connection ? connection.value : "");
    for (const name of `${input.dataset.needs || ""} ${input.dataset.narrowed || ""}`.split(" ").filter(Boolean)) {
      const needed = named("/" + name);
      if (needed && needed.value) query.set(name, needed.value);
    }
    return `/pickers/${encodeURIComponent(input.dataset.picker)}?${query}`;
  };
  const ask = async (input, search, cursor = "") => {
    if (asking) asking.abort();
    asking = new AbortController();
    const mine = asking;
    if (!cursor && !options().length) list.innerHTML = '<div class="said" role="presentation">Looking …</div>';
    const first = missing(input);
    if (first) {
      list.innerHTML = '<div class="said" role="presentation"></div>';
      list.firstChild.textContent = `Choose ${first} first, or type the id.`;
      say(list.firstChild.textContent);
      return;
    }
    let html;
    try {
      const answer = await fetch(address(input, search, cursor), { headers: { "HX-Request": "true" }, signal: mine.signal });
      html = answer.ok ? await answer.text() : null;
    } catch (error) {
      if (mine.signal.aborted) return;
      html = null;
    }
    if (open !== input || mine !== asking) return;
    if (html === null) html = '<div class="said text-danger" role="presentation" data-error>The choices could not be read. You can type the id.</div>';
    const before = cursor ? options().length - 1 : 0;
    if (cursor) {
      list.querySelectorAll(".said").forEach((each) => each.remove());
      // Where there was an error, asking for more can be tried again.
      if (!html.includes("data-error")) options().pop().remove();
      list.insertAdjacentHTML("beforeend", html);
    } else list.innerHTML = html;
    mark(cursor ? before : -1);
    const count = options().filter((option) => option.dataset.value !== undefined).length;
    const said = list.querySelector(".said");
    say(count ? `${count} choices` : said ? said.textContent : "No choices");
  };

  const remember = (input) => { input.dataset.asked = input.value; input.dataset.askedId = held(input).value; };
  const set = (input, id, label) => {
    upgrade(input);
    held(input).value = id;
    input.value = id ? label || id : "";
    remember(input);
  };
  // Empties what depends on a field whose id is another one than when somebody came to it, and says so.
  const changed = (input) => {
    if (held(input).value === input.dataset.settled) return "";
    input.dataset.settled = held(input).value;
    const name = held(input).name.slice(1);
    const emptied = [...form.querySelectorAll(`input[data-needs~="${CSS.escape(name)}"]`)].filter((other) => other !== input && other.value);
    emptied.forEach((other) => set(other, "", ""));
    return emptied.length ? "What depended on it was emptied" : "";
  };
  // Facts of a chosen item go into fields that are empty, or that hold what another item put there.
  const fill = (input, fills) => {
    const line = input.closest(".line");
    if (!line) return;
    for (const [name, { value, label }] of Object.entries(fills)) {
      const control = named(line.dataset.place + "/" + name);
      if (!control || control.disabled || (control.value && control.value !== control.dataset.filled)) continue;
      if (control.type === "hidden") set(control.previousElementSibling, value, label);
      else control.value = value;
      control.dataset.filled = value;
      control.dispatchEvent(new Event("input", { bubbles: true }));
    }
  };
  const choose = (option) => {
    const input = open;
    if (option.dataset.cursor) { ask(input, input.dataset.asking || "", option.dataset.cursor); return; }
    set(input, option.dataset.value, option.dataset.label);
    if (option.dataset.fills) fill(input, JSON.parse(option.dataset.fills));
    const emptied = changed(input);
    close();
    say([option.dataset.label + " chosen", emptied].filter(Boolean).join(". "));
  };
  // Who types a label to its end and goes on has chosen it.
  const leave = (input) => {
    if (input.value !== input.dataset.asked) {
      const typed = input.value.trim().toLowerCase();
      const same = options().filter((option) => option.dataset.value && option.dataset.label.toLowerCase() === typed);
      if (open === input && same.length === 1) choose(same[0]); else say(changed(input));
    }
    close();
  };
  // What was chosen before comes back when it was typed over by mistake.
  const restore = (input) => {
    if (input.value === input.dataset.asked) return false;
    set(input, input.dataset.askedId, input.dataset.asked);
    say(input.value ? input.value + " again" : "Empty again");
    return true;
  };
  const search = (input, text) => {
    show(input);
    input.dataset.asking = text;
    ask(input, text);
  };

  form.addEventListener("input", (event) => {
    const input = event.target;
    if (!input.dataset.picker) return;
    // What is typed counts as the id until something is chosen: a wrong one is told by its field.
    held(input).value = input.value.trim();
    show(input);
    clearTimeout(timer);
    timer = setTimeout(() => search(input, input.value.trim()), DELAY);
  });
  form.addEventListener("change", (event) => { if (event.target.dataset.picker && !open) say(changed(event.target)); });
  form.addEventListener("click", (event) => {
    if (event.target.dataset.picker && open !== event.target) search(event.target, "");
  });
  form.addEventListener("focusout", (event) => {
    if (event.target === open) leave(open);
  });
  form.addEventListener("focusin", (event) => { if (event.target.dataset.picker) { remember(event.target); event.target.dataset.settled = held(event.target).value; } });
  // Pressing in the list must not take the focus from the field.
  list.addEventListener("mousedown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]");
    if (option) choose(option);
  });
  const keys = {
    ArrowDown: (input) => { if (open !== input) search(input, ""); else mark(Math.min(at + 1, options().length - 1)); return true; },
    ArrowUp: (input) => { if (open === input) mark(Math.max(at - 1, 0)); return open === input; },
    Enter: (input) => { if (open === input && at >= 0) choose(options()[at]); return true; },
    Escape: (input) => { if (open !== input) return restore(input); close(); return true; },
    Tab: (input) => { leave(input); return false; },
  };
  form.addEventListener("keydown", (event) => {
    if (!event.target.dataset.picker || event.isComposing || !keys[event.key]) return;
    if (keys[event.key](event.target)) event.preventDefault();
  });
  document.addEventListener("htmx:load", (event) => { if (form.contains(event.detail.elt)) upgradeAll(event.detail.elt); });
  upgradeAll(form);
})();
