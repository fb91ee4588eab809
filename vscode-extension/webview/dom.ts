type Attributes = Readonly<Record<string, string | number | boolean | undefined>>;
type Content = Node | string;

/** An element of the page. Text is text: nothing that a model wrote is ever read as markup. */
export function html<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...content: readonly Content[]
): HTMLElementTagNameMap[K] {
  return withAttributes(document.createElement(tag), attributes, content);
}

export function svg<K extends keyof SVGElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...content: readonly Content[]
): SVGElementTagNameMap[K] {
  return withAttributes(document.createElementNS('http://www.w3.org/2000/svg', tag), attributes, content);
}

/** Sets what is given; `undefined` and `false` take an attribute away. */
export function set(element: Element, attributes: Attributes): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === false) element.removeAttribute(name);
    else element.setAttribute(name, value === true ? '' : String(value));
  }
}

function withAttributes<E extends Element>(
  element: E,
  attributes: Attributes,
  content: readonly Content[],
): E {
  set(element, attributes);
  element.append(...content);
  return element;
}
