/** Owns how parts of the page are made and kept equal to a list. Text goes in as text: what a camera is called is never markup. */

const SVG = 'http://www.w3.org/2000/svg';

/**
 * @template {keyof HTMLElementTagNameMap} Name
 * @param {Name} name
 * @param {string} [className]
 * @param {...(Node | string)} children
 * @returns {HTMLElementTagNameMap[Name]}
 */
export function element(name, className = '', ...children) {
  const made = document.createElement(name);
  if (className !== '') made.className = className;
  made.append(...children);
  return made;
}

/**
 * Says nothing by itself: words stand beside it.
 * @param {string} name of a symbol in the file of icons
 */
export function icon(name) {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('class', 'icon');
  svg.setAttribute('aria-hidden', 'true');
  const use = document.createElementNS(SVG, 'use');
  svg.append(use);
  setIcon(svg, name);
  return svg;
}

/** @param {Element} svg @param {string} name */
export function setIcon(svg, name) {
  const address = `status/look/icons.svg#${name}`;
  const use = svg.firstElementChild;
  if (use?.getAttribute('href') !== address) use?.setAttribute('href', address);
}

/** Touches nothing that is so already: screen readers and selections stay undisturbed. @param {Node} node @param {string} text */
export function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

/**
 * @param {string} id
 * @returns {HTMLElement}
 */
export function byId(id) {
  const found = document.getElementById(id);
  if (!found) throw new Error(`the page has no #${id}`);
  return found;
}

/**
 * Keeps the children of `container` equal to a list: what stays is updated in place, so that focus and hover stay too.
 * @template Item
 * @param {Element} container
 * @param {(item: Item) => string | number} keyOf
 * @param {() => { element: Element, update: (item: Item) => void }} create
 * @returns {(items: readonly Item[]) => void}
 */
export function keptList(container, keyOf, create) {
  /** @type {Map<string | number, ReturnType<typeof create>>} */
  let shown = new Map();
  return (items) => {
    const focused = document.activeElement;
    const next = new Map(
      items.map((item) => {
        const row = shown.get(keyOf(item)) ?? create();
        row.update(item);
        return [keyOf(item), row];
      }),
    );
    for (const [key, row] of shown) if (!next.has(key)) row.element.remove();
    let place = container.firstElementChild;
    for (const row of next.values()) {
      if (row.element === place) place = place.nextElementSibling;
      else container.insertBefore(row.element, place);
    }
    shown = next;
    // What is moved loses the focus.
    if (focused instanceof HTMLElement && focused !== document.activeElement && container.contains(focused)) {
      focused.focus();
    }
  };
}
