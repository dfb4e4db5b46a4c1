// What every page gains when scripts run. Nothing here is needed: each form works without it.
"use strict";

// Times in the person's own zone; the server writes UTC.
{
  const styles = {
    "time": { hour: "numeric", minute: "2-digit" },
    "date-time": { dateStyle: "medium", timeStyle: "short" },
  };
  // The page's language, in the person's variety of it: "en" alone would mean American clocks for everyone.
  const language = document.documentElement.lang;
  const locale = navigator.languages.find((tag) => tag.split("-")[0] === language.split("-")[0]) ?? language;
  for (const element of document.querySelectorAll("time[data-local]")) {
    const at = new Date(element.dateTime);
    const style = styles[element.dataset.local];
    if (!style || Number.isNaN(at.getTime())) continue;
    element.title = element.textContent;
    element.textContent = new Intl.DateTimeFormat(locale, style).format(at);
  }
}

// One press, one request: a second message costs money and a second guess costs a try.
{
  const PATIENCE_MS = 10_000;
  const forms = document.querySelectorAll("form[data-once]");
  for (const form of forms) {
    form.addEventListener("submit", (event) => {
      if (form.getAttribute("aria-busy") === "true") {
        event.preventDefault();
        return;
      }
      form.setAttribute("aria-busy", "true");
      // The request may have been stopped; the form must not stay dead.
      window.setTimeout(() => form.removeAttribute("aria-busy"), PATIENCE_MS);
    });
  }
  // The page may come back from the browser's memory, still marked as busy.
  window.addEventListener("pageshow", () => {
    for (const form of forms) form.removeAttribute("aria-busy");
  });
}

// Countries by their names in the page's language, in its order; the server writes their codes.
for (const list of document.querySelectorAll("select[data-regions]")) {
  const language = document.documentElement.lang;
  const names = new Intl.DisplayNames(language, { type: "region" });
  const options = [...list.options].filter((option) => option.value);
  for (const option of options) option.textContent = option.textContent.replace(option.value, names.of(option.value));
  options.sort((one, other) => one.textContent.localeCompare(other.textContent, language));
  const chosen = list.value;
  list.append(...options);
  list.value = chosen;
}

// Showing the password. It is hidden again before the form goes, so that browsers save it as a password.
for (const button of document.querySelectorAll("button[data-reveal]")) {
  const field = document.getElementById(button.dataset.reveal);
  const label = button.querySelector("[data-hide]");
  const words = { false: label.textContent, true: label.dataset.hide };
  const show = (shown) => {
    field.type = shown ? "text" : "password";
    label.textContent = words[shown];
    button.setAttribute("aria-pressed", String(shown));
  };
  button.addEventListener("click", () => show(field.type === "password"));
  field.form.addEventListener("submit", () => show(false));
  button.hidden = false;
}

// Copying a code from the sandbox inbox. The clipboard exists only over HTTPS and on this machine.
if (navigator.clipboard) {
  for (const button of document.querySelectorAll("button[data-copy]")) {
    button.hidden = false;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(button.dataset.copy);
      button.textContent = button.dataset.done;
    });
  }
}

// The sandbox inbox is fresh whenever someone comes back to its tab.
if (document.querySelector("[data-reload]")) {
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") window.location.reload();
  });
}
