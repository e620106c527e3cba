// What makes the hosted page more comfortable where scripts run. Everything works without it.
/** True while somebody types at the end: nothing moves under a cursor that stands elsewhere. */
function atEnd(field) {
  return field.selectionStart === field.value.length;
}

const form = document.querySelector("form[data-busy]");
if (form !== null) {
  const number = form.elements.namedItem("card_number");
  const expiry = form.elements.namedItem("expiry");
  const button = form.querySelector("button");
  const label = [...button.childNodes];
  number.addEventListener("input", () => {
    if (!atEnd(number)) return;
    const digits = number.value.replace(/[^0-9]/g, "");
    const groups = /^3[47]/.test(digits) ? /^(.{4})(.{0,6})(.*)$/ : /^(.{4})(.{0,4})(.{0,4})(.{0,4})(.*)$/;
    const spaced = digits.replace(groups, (...parts) => parts.slice(1, -2).filter(Boolean).join(" "));
    if (/^[0-9 ]*$/.test(number.value)) number.value = spaced;
  });
  expiry.addEventListener("input", (event) => {
    if (!atEnd(expiry) || event.inputType !== "insertText") return;
    if (/^(0[1-9]|1[0-2])$/.test(expiry.value)) expiry.value += "/";
    // Whoever types the stroke as well meant one.
    expiry.value = expiry.value.replace("//", "/");
  });
  form.addEventListener("submit", (event) => {
    if (button.getAttribute("aria-disabled") === "true") {
      event.preventDefault();
      return;
    }
    button.setAttribute("aria-disabled", "true");
    button.textContent = form.dataset.busy;
  });
  // Back from another page: the button must work again.
  addEventListener("pageshow", () => {
    button.removeAttribute("aria-disabled");
    button.replaceChildren(...label);
  });
}

// While the bank has not answered: ask now and then, and show the page again once there is news.
const waiting = document.querySelector("[data-state]");
if (waiting !== null) {
  let pauseMs = 1000;
  const ask = async () => {
    try {
      const answer = await fetch(location.pathname, { headers: { accept: "application/json" } });
      const { state } = await answer.json();
      if (answer.ok && state !== waiting.dataset.state) {
        location.replace(location.href);
        return;
      }
    } catch {
      // No connection, or an answer that is none: the next question may fare better.
    }
    pauseMs = Math.min(pauseMs * 1.5, 15000);
    setTimeout(ask, pauseMs);
  };
  setTimeout(ask, pauseMs);
}
