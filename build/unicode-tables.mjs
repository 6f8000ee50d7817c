// Writes src/Microsoft.ML.AdaMix.Runtime/Tokenization/Characters/tables.txt: what the Rust library `tokenizers` 0.22.2 thinks of every code
// point, asked of the library itself. Once a version of it is to be followed: in an empty folder
//
//   npm install @anush008/tokenizers@0.6.0 && node .../build/unicode-tables.mjs > .../Tokenization/Characters/tables.txt
//
// A line is a name and either ranges of code points, "gap+length" in hexadecimal ("gap" alone for a length of one), counted from the end
// of the range before; or mappings, "code=code,code".
import { createRequire } from 'node:module';
import path from 'node:path';

const { Tokenizer } = createRequire(path.join(process.cwd(), 'here.js'))('@anush008/tokenizers');
const Last = 0x10FFFF;
const every = [];
for (let code = 0; code <= Last; code++) {
  if (code < 0xD800 || code > 0xDFFF) every.push(code);
}

const text = code => String.fromCodePoint(code);
const codes = string => [...string].map(character => character.codePointAt(0));
const tokenizer = parts => Tokenizer.fromString(JSON.stringify({
  version: '1.0', added_tokens: [], normalizer: null, pre_tokenizer: null, post_processor: null, decoder: null,
  model: { type: 'WordLevel', vocab: { a: 0 }, unk_token: 'a' }, ...parts,
}));
const normalize = normalizer => {
  const made = tokenizer({ normalizer }).getNormalizer();
  return string => made.normalizeString(string);
};
const split = pre_tokenizer => {
  const made = tokenizer({ pre_tokenizer }).getPreTokenizer();
  return string => made.preTokenizeString(string).map(piece => piece[0]);
};
const bert = part => normalize({
  type: 'BertNormalizer', clean_text: false, handle_chinese_chars: false, strip_accents: false, lowercase: false, [part]: true,
});

const hex = number => number.toString(16).toUpperCase();
function writeSet(name, is) {
  const ranges = [];
  let end = 0;
  for (let at = 0; at < every.length; at++) {
    if (is(every[at])) {
      const start = every[at];
      while (at + 1 < every.length && every[at + 1] === every[at] + 1 && is(every[at + 1])) at++;
      const length = every[at] - start + 1;
      ranges.push(hex(start - end) + (length === 1 ? '' : '+' + hex(length)));
      end = every[at] + 1;
    }
  }
  console.log(`${name} ${ranges.join(' ')}`);
}
function writeMap(name, map) {
  console.log(`${name} ${[...map].map(([code, to]) => `${hex(code)}=${to.map(hex).join(',')}`).join(' ')}`);
}

// Which code points a pattern of one character matches: they are gone after replacing.
function matched(pattern) {
  const replace = normalize({ type: 'Replace', pattern: { Regex: pattern }, content: '' });
  const found = new Set();
  for (let start = 0; start < every.length; start += 4096) {
    const part = every.slice(start, start + 4096);
    const left = new Set(codes(replace(part.map(text).join(''))));
    for (const code of part) if (!left.has(code)) found.add(code);
  }
  return found;
}

// Oniguruma, as `Split`, `Replace` and `ByteLevel` use it.
for (const category of ['Lu', 'Ll', 'Lt', 'Lm', 'Lo', 'Mn', 'Mc', 'Me', 'Nd', 'Nl', 'No', 'Pc', 'Pd', 'Ps', 'Pe', 'Pi', 'Pf', 'Po', 'Sm',
  'Sc', 'Sk', 'So', 'Zs', 'Zl', 'Zp', 'Cc', 'Cf', 'Co']) {
  const set = matched(`\\p{${category}}`);
  writeSet(`category.${category}`, code => set.has(code));
}
for (const [name, pattern] of [['space', '\\s'], ['word', '\\w'], ['alphabetic', '\\p{Alphabetic}'], ['upper', '\\p{Uppercase}'],
  ['lower', '\\p{Lowercase}'], ['emoji', '\\p{Emoji}'], ['pictographic', '\\p{Extended_Pictographic}']]) {
  const set = matched(pattern);
  writeSet(`pattern.${name}`, code => set.has(code));
}
for (const script of ['Arabic', 'Armenian', 'Bengali', 'Bopomofo', 'Common', 'Cyrillic', 'Devanagari', 'Ethiopic', 'Georgian', 'Greek',
  'Gujarati', 'Gurmukhi', 'Han', 'Hangul', 'Hebrew', 'Hiragana', 'Inherited', 'Kannada', 'Katakana', 'Khmer', 'Lao', 'Latin',
  'Malayalam', 'Mongolian', 'Myanmar', 'Oriya', 'Sinhala', 'Syriac', 'Tamil', 'Telugu', 'Thaana', 'Thai', 'Tibetan', 'Tifinagh']) {
  const set = matched(`\\p{${script}}`);
  writeSet(`script.${script}`, code => set.has(code));
}

// The crate `regex`, by the pre-tokeniser Whitespace, which keeps runs of \w together and drops \s.
const words = split({ type: 'Whitespace' });
writeSet('regex.word', code => words('a' + text(code))[0] === 'a' + text(code));

// Rust's own tables and the crate unicode_categories, in BERT's parts and others.
const clean = bert('clean_text');
writeSet('control', code => clean('a' + text(code) + 'b') === 'ab');
const blanks = split({ type: 'WhitespaceSplit' });
writeSet('white', code => blanks('a' + text(code) + 'b').length === 2);
const bertWords = split({ type: 'BertPreTokenizer' });
writeSet('punctuation', code => bertWords('a' + text(code) + 'b').length === 3);
const chinese = bert('handle_chinese_chars');
writeSet('chinese', code => chinese(text(code)) !== text(code));
const digits = split({ type: 'Digits', individual_digits: true });
writeSet('numeric', code => digits('a' + text(code)).length === 2);
const strip = bert('strip_accents');
writeSet('nonspacing', code => strip('a' + text(code)) === 'a');
const stripAll = normalize({ type: 'StripAccents' });
writeSet('mark', code => stripAll('a' + text(code)) === 'a');
const nmt = normalize({ type: 'Nmt' });
writeSet('nmt.gone', code => nmt('a' + text(code) + 'b') === 'ab');
writeSet('nmt.blank', code => nmt('a' + text(code) + 'b') === 'a b');
const lower = normalize({ type: 'Lowercase' });
writeMap('lowercase', every.filter(code => lower(text(code)) !== text(code)).map(code => [code, codes(lower(text(code)))]));

// (?i) of Oniguruma: in "fold" what is written alike and has no common lower case, in "fold.long" characters that are several others.
const single = code => (lower(text(code)) === text(code) || codes(lower(text(code))).length > 1 ? code : codes(lower(text(code)))[0]);
const cased = [...new Set(every.slice(0, 0x20000)
  .filter(code => [lower(text(code)), text(code).toLowerCase(), text(code).toUpperCase()].some(other => other !== text(code)))
  .flatMap(code => [code, ...codes(lower(text(code)) + text(code).toLowerCase() + text(code).toUpperCase())]))].sort((a, b) => a - b);
const insensitive = (pattern, string) => normalize({ type: 'Replace', pattern: { Regex: `(?i)${pattern}` }, content: '' })(string);
const escaped = code => `[\\x{${hex(code)}}]`;
const lines = cased.map(text).join('\n');
const folds = [];
const longFolds = [];
for (const code of cased) {
  const left = new Set(codes(insensitive(escaped(code), lines)));
  const same = cased.filter(other => !left.has(other));
  const to = same.includes(single(same[0])) ? single(same[0]) : same[0];
  if (single(code) !== to) folds.push([code, [to]]);
  for (const long of new Set([text(code).toUpperCase().toLowerCase(), text(code).toLowerCase()])) {
    if (codes(long).length > 1 && insensitive(`\\A${escaped(code)}\\z`, long) === '') longFolds.push([code, codes(long)]);
  }
}
writeMap('fold', folds);
writeMap('fold.long', longFolds);

// Normal forms. A combining class is found by how a mark is ordered beside known ones.
const nfd = normalize({ type: 'NFD' });
const nfkd = normalize({ type: 'NFKD' });
const nfc = normalize({ type: 'NFC' });
const syllable = code => code >= 0xAC00 && code < 0xAC00 + 11172;
const canonical = every.filter(code => !syllable(code) && nfd(text(code)) !== text(code));
writeMap('nfd', canonical.map(code => [code, codes(nfd(text(code)))]));
writeMap('nfkd', every.filter(code => !syllable(code) && nfkd(text(code)) !== nfd(text(code)))
  .map(code => [code, codes(nfkd(text(code)))]));
writeMap('compose', canonical.filter(code => nfc(text(code)) === text(code) && codes(nfd(text(code))).length > 1).map(code => {
  const parts = codes(nfd(text(code)));
  const first = codes(nfc(String.fromCodePoint(...parts.slice(0, -1))));
  if (first.length !== 1) throw new Error(hex(code));
  return [code, [first[0], parts.at(-1)]];
}));
const known = [[1, 0x334], [6, 0x16FF0], [7, 0x93C], [8, 0x3099], [9, 0x94D], [10, 0x5B0], [11, 0x5B1], [12, 0x5B2], [13, 0x5B3],
  [14, 0x5B4], [15, 0x5B5], [16, 0x5B6], [17, 0x5B7], [18, 0x5B8], [19, 0x5B9], [20, 0x5BB], [21, 0x5BC], [22, 0x5BD], [23, 0x5BF],
  [24, 0x5C1], [25, 0x5C2], [26, 0xFB1E], [27, 0x64B], [28, 0x64C], [29, 0x64D], [30, 0x64E], [31, 0x64F], [32, 0x650], [33, 0x651],
  [34, 0x652], [35, 0x670], [36, 0x711], [84, 0xC55], [91, 0xC56], [103, 0xE38], [107, 0xE48], [118, 0xEB8], [122, 0xEC8], [129, 0xF71],
  [130, 0xF72], [132, 0xF74], [202, 0x321], [214, 0x1DCE], [216, 0x31B], [218, 0x302A], [220, 0x316], [222, 0x302D], [224, 0x302E],
  [226, 0x1D16D], [228, 0x302B], [230, 0x301], [232, 0x302C], [233, 0x35C], [234, 0x35D], [240, 0x345]]
  .filter(([, mark]) => codes(nfd('a\u0345' + text(mark)))[1] === mark || mark === 0x345); // those that the library has heard of
const swaps = (first, second) => codes(nfd('a' + text(first) + text(second)))[1] === second && first !== second;
const marks = new Map();
for (const code of every.filter(code => !syllable(code) && nfd(text(code)) === text(code))) {
  if (!swaps(0x345, code) && !swaps(code, 0x334) && code !== 0x345 && code !== 0x334) continue;
  const same = known.filter(([, mark]) => !swaps(mark, code) && !swaps(code, mark));
  if (same.length !== 1) throw new Error(`${hex(code)}: ${same}`);
  marks.set(same[0][0], [...(marks.get(same[0][0]) ?? []), code]);
}
for (const [value, members] of [...marks].sort((a, b) => a[0] - b[0])) {
  const set = new Set(members);
  writeSet(`class.${value}`, code => set.has(code));
}

// Scripts as the pre-tokeniser UnicodeScripts groups them, by a number each; a character of no script of its own has none.
const scripts = split({ type: 'UnicodeScripts' });
const groups = [];
let last = 0;
const ofGroup = new Map();
for (const code of every) {
  const together = group => scripts(text(group) + text(code)).length === 1;
  if (groups.length > 1 && together(groups[0]) && together(groups[1])) continue;
  if (groups.length <= 1 && scripts('a' + text(code)).length === 1 && scripts('б' + text(code)).length === 1) continue;
  if (groups.length === 0 || !together(groups[last])) last = groups.findIndex(together);
  if (last < 0) last = groups.push(code) - 1;
  ofGroup.set(code, last);
}
groups.forEach((_, group) => writeSet(`group.${group}`, code => ofGroup.get(code) === group));

// Grapheme clusters of the crate unicode-segmentation, as far as they matter: a charsmap with a rule "anything to Z" for each first byte,
// of which the library makes one Z for a cluster under six bytes, and one for each character otherwise.
const units = new Uint32Array(1024);
units[0] = 256 << 10;
for (let byte = 1; byte < 256; byte++) {
  units[256 ^ byte] = (((256 ^ byte) ^ (512 + byte)) << 10) | (1 << 8) | byte;
  units[512 + byte] = 0x80000000;
}
const size = Buffer.alloc(4);
size.writeUInt32LE(units.byteLength);
const charsmap = Buffer.concat([size, Buffer.from(units.buffer), Buffer.from('Z\0')]).toString('base64');
const clusters = normalize({ type: 'Precompiled', precompiled_charsmap: charsmap });
const count = string => clusters(string).length;
if (count('ab') !== 2 || count('a\u0301') !== 1 || count('\r\n') !== 1) throw new Error('clusters');
writeSet('cluster.joins', code => code !== 0 && count('a' + text(code)) === 1);
writeSet('cluster.opens', code => code !== 0 && count(text(code) + 'a') === 1);
writeSet('cluster.control', code => code > 0 && code < 0x10000 && count(text(code) + '\u0301') === 2);
writeSet('cluster.picture', code => count('\u00A9\u200D' + text(code)) === 3 && count('a' + text(code)) !== 1);
const conjunct = count('\u0915\u094D\u0915\u0301');
console.log(`cluster.conjuncts ${conjunct === 4 ? 'yes' : 'no'}`);
