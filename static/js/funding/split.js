// The sum of the parts and what is left over, while amounts are typed. The server counts again when they are saved.
const FEN_PER_WAN = 1000000n;
const UNITS = new Map([["", FEN_PER_WAN], ["万元", FEN_PER_WAN], ["万", FEN_PER_WAN], ["元", 100n], ["亿元", 10000000000n]]);

/** Whole 分 of a text in 万元; null when it is no amount. */
export function fenOf(text) {
  const plain = text.normalize("NFKC").replace(/[,\s]/g, "");
  if (!plain) return 0n;
  const found = /^(\d*)(?:\.(\d*))?(\D*)$/.exec(plain);
  if (!found || (!found[1] && !found[2]) || !UNITS.has(found[3])) return null;
  const [, whole, part = "", unit] = found;
  const scale = 10n ** BigInt(part.length);
  const scaled = BigInt(whole + part || "0") * UNITS.get(unit);
  return scaled % scale === 0n ? scaled / scale : null;
}

/** 分 as 万元 with two decimals, thousands separated. */
export function shown(fen) {
  const sign = fen < 0n ? "−" : "";
  const size = fen < 0n ? -fen : fen;
  const cents = (size + 5000n) / 10000n;
  const whole = String(cents / 100n).replace(/\B(?=(\d{3})+$)/g, ",");
  return `${sign}${whole}.${String(cents % 100n).padStart(2, "0")}`;
}

for (const form of document.querySelectorAll("[data-split]")) {
  const available = BigInt(form.dataset.split);
  const given = form.querySelector("[data-split-given]");
  const left = form.querySelector("[data-split-left]");
  const add = () => {
    let sum = 0n;
    for (const input of form.querySelectorAll(".split-amount")) {
      const fen = fenOf(input.value);
      input.toggleAttribute("data-unread", fen === null);
      sum += fen ?? 0n;
    }
    given.textContent = shown(sum);
    left.textContent = shown(available - sum);
    left.classList.toggle("tone-red", sum > available);
  };
  form.addEventListener("input", add);
  // Enter in an amount goes to the next one instead of saving half a column.
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !event.target.matches(".split-amount")) return;
    event.preventDefault();
    const all = [...form.querySelectorAll(".split-amount")];
    all[(all.indexOf(event.target) + 1) % all.length].focus();
  });
}
