// What the code page gains when scripts run: clean pasting, the code from a text message, and two countdowns.
// It never sends a form that a person is typing: only a code that arrived whole, and only once.
"use strict";

{
  const LENGTH = 6;
  const form = document.getElementById("code-form");
  const field = document.getElementById("code");
  const submit = form.querySelector("button[type=submit]");
  const resend = document.querySelector("[data-wait]");
  const leaving = new AbortController();
  let sentByScript = false;
  let expired = false;

  // The ten digits of a writing system stand side by side, so a digit's value is its distance from the first.
  const digitValue = (character) => {
    const point = character.codePointAt(0);
    if (point >= 0x30 && point <= 0x39) return point - 0x30;
    let zero = point;
    while (point - zero < 9 && /\p{Nd}/u.test(String.fromCodePoint(zero - 1))) zero -= 1;
    return point - zero;
  };

  // "１２３ ٤٥٦", "123-456" and "Your code: 123456" all become six plain digits.
  const clean = (text) => Array.from(text.match(/\p{Nd}/gu) ?? [], digitValue).join("");

  const accept = (text) => {
    const digits = clean(text);
    if (digits.length !== LENGTH || expired) return false;
    field.value = digits;
    leaving.abort();
    if (!sentByScript) {
      sentByScript = true;
      form.requestSubmit(submit);
    }
    return true;
  };

  field.addEventListener("paste", (event) => {
    if (accept(event.clipboardData.getData("text"))) event.preventDefault();
  });

  // Filled by the browser or the keyboard's suggestion: the digits arrive in one event. Typing brings one at a time.
  let before = field.value.length;
  field.addEventListener("input", () => {
    const grown = field.value.length - before;
    if (grown >= LENGTH - 1) accept(field.value);
    else if (grown > 0) leaving.abort();
    before = field.value.length;
  });

  // Type what you see: spaces and other digits are put right when the form goes, not under the person's fingers.
  form.addEventListener("submit", (event) => {
    leaving.abort();
    if (event.submitter === submit) field.value = clean(field.value);
  });
  window.addEventListener("pagehide", () => leaving.abort());

  // WebOTP: Chrome on Android offers the code of a message that ends with "@host #code".
  if ("OTPCredential" in window && form.hasAttribute("data-web-otp")) {
    navigator.credentials
      .get({ otp: { transport: ["sms"] }, signal: leaving.signal })
      .then((credential) => credential && accept(credential.code))
      .catch(() => {}); // Refused, aborted or not allowed here: the person types.
  }

  // Counts the server's seconds down; the clock of the device may be wrong, so only its progress is used.
  const countDown = (seconds, show, done) => {
    const end = Date.now() + seconds * 1000;
    const tick = () => {
      const left = Math.max(0, Math.ceil((end - Date.now()) / 1000));
      show(`${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`);
      if (left > 0) return;
      window.clearInterval(timer);
      done();
    };
    const timer = window.setInterval(tick, 1000);
    tick();
  };

  const life = document.querySelector("[data-seconds]");
  countDown(
    Number(life.dataset.seconds),
    (time) => { life.textContent = life.dataset.text.replace("{time}", time); },
    () => {
      const notice = document.getElementById("expired");
      const text = notice.querySelector("[data-text]");
      life.textContent = "";
      // Nothing on this page leads on any more: a press would cost a round trip and end at the login form.
      expired = true;
      leaving.abort();
      field.disabled = submit.disabled = resend.disabled = true;
      const elsewhere = document.getElementById("elsewhere");
      if (elsewhere) elsewhere.hidden = true;
      document.getElementById("expired-next").hidden = false;
      // Shown first and filled after, so that a screen reader notices the change.
      notice.hidden = false;
      window.setTimeout(() => { text.textContent = text.dataset.text; }, 100);
    },
  );

  // Without this script the button is always on, and the server says how long to wait.
  const wait = Number(resend.dataset.wait);
  if (wait > 0 && !expired) {
    const label = resend.textContent;
    resend.disabled = true;
    countDown(
      wait,
      (time) => { resend.textContent = resend.dataset.text.replace("{time}", time); },
      () => { resend.disabled = expired; resend.textContent = label; },
    );
  }

  // Where the message is: asked for while it is not known, and while anybody looks. The server writes the sentences.
  const delivery = document.getElementById("delivery");
  if (delivery && delivery.hasAttribute("data-open")) {
    const EVERY = 5000;
    const TIMES = 60;
    const sentence = delivery.querySelector("[data-sentence]");
    const advice = delivery.querySelector("[data-advice]");
    let asked = 0;
    const ask = async () => {
      if (document.hidden) return;
      asked += 1;
      if (asked >= TIMES) window.clearInterval(asking);
      const answer = await fetch(delivery.dataset.state);
      if (!answer.ok) return window.clearInterval(asking);
      const known = await answer.json();
      if (sentence.textContent !== known.text) sentence.textContent = known.text;
      if (known.advice && advice.textContent !== known.advice) {
        advice.hidden = false;
        advice.textContent = known.advice;
      }
      if (known.final) window.clearInterval(asking);
    };
    const asking = window.setInterval(() => ask().catch(() => {}), EVERY);
  }
}
