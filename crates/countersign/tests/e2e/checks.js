// What a journey asks of a whole page. `arguments[0]` is the name of the question; the answer is a list of faults, each
// with the element that it is about.

const name = (element) => {
  const words = (element.innerText || element.value || element.getAttribute("aria-label") || "").trim().slice(0, 40);
  return `<${element.tagName.toLowerCase()}${element.id ? ` id=${element.id}` : ""} class="${element.className}"> ${words}`;
};

const everything = () => [...document.body.querySelectorAll("*")].filter((element) => element.checkVisibility());

// Read aloud only, or off the screen until it has the focus.
const unseen = (element) => element.closest(".visually-hidden, .skip, svg, option") !== null;

// A link inside a sentence has the height of its line (WCAG 2.2, 2.5.8).
const inSentence = (element) =>
  element.tagName === "A" && !element.classList.contains("button") && !element.classList.contains("tile")
  && element.parentElement.innerText.trim() !== element.innerText.trim();

const height = (element) => {
  const label = element.type === "checkbox" ? document.querySelector(`label[for=${element.id}]`) : null;
  return Math.max(element.getBoundingClientRect().height, label?.getBoundingClientRect().height ?? 0);
};

const colour = (text) => {
  const [red, green, blue, alpha = 1] = text.match(/[\d.]+/g).map(Number);
  return { red, green, blue, alpha };
};

const over = (top, bottom) => {
  const mix = (part) => top[part] * top.alpha + bottom[part] * (1 - top.alpha);
  return { red: mix("red"), green: mix("green"), blue: mix("blue"), alpha: 1 };
};

const background = (element) => {
  if (!element) return { red: 255, green: 255, blue: 255, alpha: 1 };
  const own = colour(getComputedStyle(element).backgroundColor);
  return own.alpha === 1 ? own : over(own, background(element.parentElement));
};

// Relative luminance and contrast, as WCAG 2.2 defines them.
const luminance = ({ red, green, blue }) => {
  const linear = (part) => (part / 255 <= 0.04045 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4);
  return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
};

const contrast = (one, other) => {
  const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
};

const hasText = (element) => [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim());

const questions = {
  sideways: () => {
    const root = document.documentElement;
    const wide = root.scrollWidth > innerWidth ? [`the page is ${root.scrollWidth} wide, the window ${innerWidth}`] : [];
    const out = everything().filter((element) => !unseen(element)).filter((element) => {
      const box = element.getBoundingClientRect();
      return box.width > 0 && (box.left < -0.5 || box.right > innerWidth + 0.5);
    });
    return [...wide, ...out.map((element) => `${name(element)} stands out of the window`)];
  },

  targets: () =>
    everything()
      .filter((element) => element.matches("a[href], button, input, summary") && !unseen(element) && !inSentence(element))
      .filter((element) => height(element) < 44)
      .map((element) => `${name(element)} is ${height(element)} high`),

  cut: () =>
    everything()
      .filter((element) => !unseen(element) && element.tagName !== "INPUT")
      .filter((element) => {
        const style = getComputedStyle(element);
        const hidesX = style.overflowX !== "visible" && element.scrollWidth > element.clientWidth + 1;
        const hidesY = style.overflowY !== "visible" && element.scrollHeight > element.clientHeight + 1;
        return hidesX || hidesY;
      })
      .map((element) => `${name(element)} is cut off`),

  contrast: () =>
    everything()
      .filter((element) => hasText(element) && !unseen(element) && !element.disabled)
      .map((element) => {
        const style = getComputedStyle(element);
        const ground = background(element);
        return [element, contrast(over(colour(style.color), ground), ground)];
      })
      .filter(([, ratio]) => ratio < 4.5)
      .map(([element, ratio]) => `${name(element)} has a contrast of ${ratio.toFixed(2)}`),

  motion: () =>
    everything()
      .filter((element) => {
        const style = getComputedStyle(element);
        return parseFloat(style.transitionDuration) > 0.01 || style.animationName !== "none";
      })
      .map((element) => `${name(element)} moves`),

  hosts: () =>
    [...performance.getEntriesByType("resource"), ...performance.getEntriesByType("navigation")]
      .map((entry) => entry.name)
      .filter((address) => new URL(address).origin !== location.origin),
};

return questions[arguments[0]]();
