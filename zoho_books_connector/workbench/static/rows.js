// Rows of a form: numbers, removing, what a line comes to, and fields that only some choices need.
// Adding is htmx's; without this script rows are added and removed by the server.
"use strict";
(() => {
  const form = document.getElementById("action");
  if (!form) return;
  const say = (text) => { document.getElementById("said").textContent = text; };
  const field = (name) => form.elements.namedItem(name);
  const firstIn = (part) => part.querySelector("input:not([type=hidden]), select, textarea");
  const lines = (list) => [...list.querySelectorAll(":scope > .rows > .line")];

  // Amounts are multiplied as whole numbers with a scale: binary fractions would show 0.30000000000000004.
  const decimal = (text) => {
    const found = /^\s*(-?)(\d{1,15})(?:\.(\d{1,12}))?\s*$/.exec(text);
    if (!found) return null;
    const fraction = found[3] || "";
    return { digits: BigInt(found[1] + found[2] + fraction), scale: fraction.length };
  };
  const times = (a, b) => ({ digits: a.digits * b.digits, scale: a.scale + b.scale });
  const plus = (a, b) => {
    const scale = Math.max(a.scale, b.scale);
    const lifted = (each) => each.digits * 10n ** BigInt(scale - each.scale);
    return { digits: lifted(a) + lifted(b), scale };
  };
  const shown = ({ digits, scale }) => {
    const negative = digits < 0n;
    const all = String(negative ? -digits : digits).padStart(scale + 1, "0");
    const fraction = all.slice(all.length - scale, all.length).replace(/0+$/, "");
    const whole = scale ? all.slice(0, -scale) : all;
    return (negative ? "-" : "") + whole + "." + (scale ? fraction : "").padEnd(2, "0");
  };
  // Within its line a field is found at once; among those of a long form it takes too long for each key that is pressed.
  const amountOf = (line) => {
    const inLine = (name) => line.querySelector(`[name="${line.dataset.place}/${name}"]`).value;
    const rate = decimal(inLine("rate"));
    const quantity = decimal(inLine("quantity") || "1");
    return rate && quantity ? times(quantity, rate) : null;
  };
  const amounts = new WeakMap();
  const amount = (line) => {
    amounts.set(line, amountOf(line));
    line.querySelector(".amount-cell output").textContent = amounts.get(line) ? shown(amounts.get(line)) : "–";
  };
  const addUp = (list) => {
    const sum = lines(list).reduce((sum, line) => (sum && amounts.get(line) ? plus(sum, amounts.get(line)) : sum || amounts.get(line)), null);
    list.querySelector("[data-subtotal] output").textContent = sum ? shown(sum) : "–";
  };
  const addUpAll = () => form.querySelectorAll(".list.lines").forEach((list) => { lines(list).forEach(amount); addUp(list); });

  const renumber = (list) => lines(list).forEach((line, at) => {
    line.querySelector(".row-number").lastChild.textContent = String(at + 1);
  });

  // A row's name in the form is not its number on the page: after a removal the names have gaps, which reading closes.
  const nextIndex = (list) => 1 + Math.max(-1, ...lines(list).map((line) => Number(line.dataset.place.split("/").pop())));

  document.addEventListener("htmx:configRequest", (event) => {
    const from = event.detail.elt;
    if (!form.contains(from)) return;
    if (event.detail.verb === "get") event.detail.parameters.edition = form.dataset.edition;
    if (from.dataset.add !== undefined) event.detail.parameters.index = nextIndex(from.closest(".list"));
  });
  document.addEventListener("htmx:load", (event) => {
    const line = event.detail.elt;
    if (!line.classList || !line.classList.contains("line")) return;
    const list = line.closest(".list");
    renumber(list);
    firstIn(line).focus();
    say("Row " + lines(list).length + " added");
  });

  // The rest of a row takes the place of a button: whoever was there already goes on at the first field.
  let wasThere = false;
  document.addEventListener("htmx:beforeSwap", (event) => {
    const place = event.detail.target;
    wasThere = place.matches(".later") && place.contains(document.activeElement);
  });
  document.addEventListener("htmx:afterSwap", (event) => {
    if (wasThere) firstIn(event.detail.target)?.focus();
    wasThere = false;
  });

  form.addEventListener("click", (event) => {
    const button = event.target.closest("[data-remove]");
    if (!button) return;
    event.preventDefault();
    const line = button.closest(".line");
    const list = line.closest(".list");
    const next = line.nextElementSibling || list;
    line.remove();
    renumber(list);
    if (list.classList.contains("lines")) addUp(list);
    (next.classList.contains("line") ? firstIn(next) : list.querySelector(":scope > .rows > [data-add]")).focus();
    say("Row removed");
  });
  form.addEventListener("input", (event) => {
    const line = event.target.closest(".list.lines > .rows > .line");
    if (!line) return;
    amount(line);
    addUp(line.closest(".list"));
  });

  // What is cleared takes no value; the server lets the tick win in any case.
  const clear = (box) => {
    const control = document.getElementById(box.dataset.clears);
    if (!control) return;
    if (control.tagName === "FIELDSET") control.querySelectorAll(":scope > .grid, :scope > .rows, :scope > .fold").forEach((part) => { part.inert = box.checked; });
    else control.disabled = box.checked;
  };
  form.addEventListener("change", (event) => {
    if (event.target.dataset.clears) clear(event.target);
    if (event.target.name === "/module") showNeeded();
  });

  // Fields that only some modules need; a hidden one is disabled, so that it sends nothing.
  const showNeeded = () => {
    const module = field("/module");
    if (!module) return;
    form.querySelectorAll("[data-only]").forEach((cell) => {
      const needed = cell.dataset.only.split(" ").includes(module.value);
      cell.hidden = !needed;
      cell.querySelectorAll("input, select, textarea").forEach((control) => { control.disabled = !needed; });
    });
  };

  // The end of the form is drawn again when the account has answered: what somebody unfolded there stays unfolded.
  let before = null;
  document.addEventListener("htmx:beforeSwap", (event) => {
    const own = event.detail.target;
    if (own.id === "own") before = { unfolded: own.querySelector("details[open]") !== null, focus: document.activeElement.id };
  });
  document.addEventListener("htmx:load", (event) => {
    const own = event.detail.elt;
    if (own.id !== "own" || !before) return;
    clearAll(own);
    if (before.unfolded) own.querySelectorAll("details.fold").forEach((fold) => { fold.open = true; });
    const focus = document.getElementById(before.focus);
    if (focus && own.contains(focus)) focus.focus({ preventScroll: true });
  });

  const clearAll = (root) => root.querySelectorAll("[data-clears]").forEach((box) => { if (box.checked) clear(box); });
  clearAll(form);
  showNeeded();
  addUpAll();
})();
