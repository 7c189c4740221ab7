// The shape of the page that is shown, or null where its scripts are off: its elements in their order, with
// their attributes, but for what is another on each visit and says nothing of how the page is built: words,
// numbers, addresses. Two names that differ in numbers only are still told apart. Of neighbours that are all
// alike, three stand for any more.
() => {
  if (!matchMedia("(scripting: enabled)").matches) return null;

  const WORDS = new Set([
    "alt", "aria-label", "content", "data-ended", "data-label", "data-soon", "placeholder", "title", "value",
  ]);
  const ADDRESSES = new Set(["action", "formaction", "href", "hx-post"]);
  const NAMES = new Set([
    "aria-controls", "aria-describedby", "aria-labelledby", "for", "form", "headers", "id", "list", "name",
  ]);
  const NUMBERS = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9]+/g;
  const ALIKE = 3;

  const filled = text => (text.trim() ? "words" : "");
  const withoutNumbers = text => text.replace(NUMBERS, "0");

  const seen = new Map();
  const named = name => {
    const bare = withoutNumbers(name);
    if (bare === name) return name;
    if (!seen.has(name)) seen.set(name, seen.size);
    return `${bare}#${seen.get(name)}`;
  };

  const addressed = address => {
    if (address.startsWith("#")) return `#${named(address.slice(1))}`;
    return address ? "address" : "";
  };

  // htmx marks what it has just put in for a moment; no style sheet asks for its marks
  const classed = names => names.split(/\s+/).filter(name => !name.startsWith("htmx-")).join(" ");

  const told = (element, { name, value }) => {
    if (name === "class") return classed(value);
    if (WORDS.has(name)) return filled(value);
    if (ADDRESSES.has(name) && element.localName !== "link") return addressed(value);
    if (NAMES.has(name)) return value.split(/\s+/).map(named).join(" ");
    const measures = name === "datetime" || name.startsWith("data-") || element instanceof SVGElement;
    return measures ? withoutNumbers(value) : value;
  };

  const isOneMore = (shape, place, shapes) =>
    place >= ALIKE && shapes.slice(place - ALIKE, place).every(before => before === shape);

  const shapeOf = node => {
    if (node instanceof Text) return node.parentNode.localName === "style" ? node.data : filled(node.data);
    if (!(node instanceof Element)) return "";
    const attributes = [...node.attributes].map(one => ` ${one.name}="${told(node, one)}"`).join("");
    const inside = [...node.childNodes].map(shapeOf).filter(Boolean);
    const first = inside.filter((...one) => !isOneMore(...one));
    return `<${node.localName}${attributes}>${first.join("")}</${node.localName}>`;
  };

  return `${innerWidth} ${shapeOf(document.documentElement)}`;
}
