// texts.mjs - five hundred texts of our own, the same in every run: prose in
// many languages, code, errors, paths, long mixtures, and hostile ones.

const prose = [
    'The worker commits every event before it answers the hook.',
    'Why does the session start twice when the laptop wakes up?',
    'We moved the retry loop out of the client, since it hid real failures.',
    'She asked for a smaller binary; we dropped the regular expressions.',
    'Prefer boring names: a reader should guess what a function does.',
    'The meeting on 14 March 2024 decided against a second database.',
    'Wind from the sea cooled the harbour, and the ferry left late.',
    'It rained all week, so the tomatoes ripened in September.',
    'Wer hat den Schlüssel für das Büro in der Größenstraße verloren?',
    'Die Übersetzung fehlt noch; bitte bis nächsten Freitag ergänzen.',
    'L’élève a oublié ses œuvres complètes dans le train de Nîmes.',
    'Où se trouve la clé qui ouvre la fenêtre de derrière ?',
    '¿Quién apagó el servidor mañana por la mañana? ¡Nadie lo sabe!',
    'A canção começou às três, mas ninguém apareceu no salão.',
    'Il caffè è già freddo, perché non l’hai bevuto prima?',
    'Zażółć gęślą jaźń, a potem wróć do domu przed świtem.',
    'Příliš mnoho žádostí: zkuste to znovu za několik minut.',
    'A fürdőkádban őrült árvíztűrő tükörfúrógép úszott.',
    'Işık hızla söndü ve İstanbul karanlıkta kaldı.',
    'Smørrebrød og blåbærsyltetøj stod på bordet hele natten.',
    'Þetta er ekki rétta skráin, ég eyddi henni óvart í gær.',
    'Миграция базы данных прошла успешно, но индекс пришлось строить заново.',
    'Чому сервер не відповідає після оновлення ядра?',
    'Ο διακομιστής απάντησε με λάθος κωδικό και έκλεισε τη σύνδεση.',
    'השרת נפל באמצע הלילה ואף אחד לא שם לב עד הבוקר.',
    'لماذا توقفت الخدمة بعد تحديث قاعدة البيانات؟',
    'چرا برنامه پس از چند دقیقه حافظهٔ زیادی مصرف می‌کند؟',
    'सर्वर बंद होने से पहले सभी बदलाव सहेज लिए गए थे।',
    'সার্ভারটি গতকাল থেকে কাজ করছে না, কেউ কি জানে কেন?',
    'சேவையகம் மீண்டும் தொடங்கியது, ஆனால் பழைய தரவு இல்லை.',
    'เซิร์ฟเวอร์หยุดทำงานเพราะหน่วยความจำเต็ม',
    'Máy chủ khởi động lại lúc nửa đêm và mất hai bản ghi.',
    '数据库的连接池耗尽了,请检查最大连接数的设置。',
    '為什麼測試在本機通過,卻在伺服器上失敗?',
    'テストは手元では通るのに、サーバーでは失敗する。',
    'キャッシュを消去してから、もう一度ビルドしてください。',
    '데이터베이스 연결이 끊어져서 다시 시도했습니다.',
    'Serveri haikujibu kwa sababu diski ilikuwa imejaa.',
    'Palvelin kaatui yöllä, mutta varmuuskopio pelasti meidät.',
    'Serverul a fost repornit fără să anunțe pe nimeni în prealabil.',
];

const code = [
    'int main(int argc, char **argv) { return argc > 1 ? run(argv[1]) : 2; }',
    'def normalise(path):\n    return os.path.realpath(os.path.expanduser(path))',
    'const [first, ...rest] = await Promise.all(urls.map((u) => load(u)));',
    'fn parse(input: &str) -> Result<Vec<Token>, ParseError> { todo!() }',
    'SELECT id, count(*) FROM memories WHERE valid_to IS NULL GROUP BY kind;',
    'if err := store.Append(ctx, ev); err != nil { return fmt.Errorf("x: %w", err) }',
    'for f in $(git ls-files "*.c"); do wc -l "$f"; done | sort -rn | head',
    'lib/base/utf8.c:118:24: error: comparison of integers of different signs',
    'E0502: cannot borrow `*self` as mutable because it is also borrowed',
    'TypeError: Cannot read properties of undefined (reading \'length\')',
    'panic: runtime error: index out of range [5] with length 5',
    'ECONNREFUSED 127.0.0.1:5432 - is the database running?',
    'make: *** [Makefile:42: build/lib/embed/tokens.o] Error 1',
    '/usr/local/share/doc/README.md -> ../../../src/some-package_v2.3/README.md',
    'commit 3f9a1c07 (HEAD -> fix/issue-1234): cli: say which file is missing',
    '{"id":17,"kind":"fact","tags":["a-b","c_d"],"score":0.8125,"ok":true}',
    'HTTP/1.1 429 Too Many Requests\r\nRetry-After: 30\r\n\r\n',
    '<div class="hit"><a href="#m42">getUserByIdOrThrow</a> &amp; more</div>',
    'x = (a[i]<<3) ^ ~mask & 0xFFu; y *= -1e-9; z != NULL && *z++;',
    '2026-11-03T09:14:55.120Z WARN pool: 12/16 busy, waited 1.5s (p99 4s)',
    'docker run --rm -it -v "$PWD":/src:ro node:22-slim sh -c "npm ci"',
    'camelCaseIdentifier snake_case_name kebab-case-name SCREAMING_CASE x86_64',
];

const hostile = [
    '', ' ', '\n\n\t', '.', '...', '!?', '-', '##', '##ing', '[', ']',
    'a', 'I', '0', '\u0000', '\u0001\u0002', 'a\u0000b', 'tab\there',
    '\u200b\u200c\u200d', 'zero\u200bwidth', 'soft\u00adhyphen', '\ufeffbom',
    'no\u00a0break', 'em\u2003space', 'line\u2028separator', '\u202egnirts',
    'e\u0301', 'e\u0301\u0323\u0327', '\u0301', '\u0301\u0301a', 'A\u030a',
    '\u00c5', '\u212b', '\u212a', '\u2126', '\u0130', '\u0131', '\u1e9e',
    'ﬁ ﬂ', 'ǅ', 'Ǆ', 'ŉ', '½', '²', '№', '℡', 'Ⅷ', '①', '\ufffd', '\ufffda',
    '가각갂', '각', '한글', 'ㅎㅏㄴ', '漢字漢', '豈更', '\u{2f800}', '\u{20000}',
    'abc漢def', '中a文', 'カナｶﾅ', 'がぎ', 'ゔ', '々〆〇', '、。「」', '！？，',
    '😀', '👩‍👩‍👧‍👦', '🇩🇪', '👍🏽', 'a😀b', '©®™', '€5', '$5', '¢£¥', '→⇒', '∑∫√≠≤',
    '=≠', '\u226e', '\u2260', 'x\u0338', '`´¨^~', '\u037e', '\u1fef', '¿¡',
    '“quoted” ‘text’ «guillemets» ‹x›', '–—―', '…', '•', '§¶†‡', '_', '__init__',
    'x'.repeat(99), 'x'.repeat(100), 'x'.repeat(101), 'é'.repeat(100),
    'é'.repeat(101), 'e\u0301'.repeat(100), '漢'.repeat(120), '-'.repeat(150),
    'supercalifragilisticexpialidocious', 'antidisestablishmentarianism',
    'unaffable', 'playing', 'PLAYING', 'Playing', 'pLaYiNg', 'don\'t', 'it\'s',
    'rock-n-roll', 'C++', 'C#', 'F#', '.NET', 'a.b.c', '1,000.00', '3.14159',
    '0xDEADBEEF', '1e-10', 'a@b.example', 'https://example.org/a?b=c#d', '%20',
    'क्षत्रिय', 'ৎ', 'ன்', 'ไทย', 'ລາວ', 'မြန်မာ', 'ខ្មែរ', 'ქართული', 'ᲥᲐᲠ', 'հայերեն',
    'አማርኛ', 'ᏣᎳᎩ', 'Ꭰ', 'ꮳ', 'ⴰⵎⴰⵣⵉⵖ', '\u{10400}', '\u{1d400}', '\u{1f130}',
    '\ud7a3\uac00', '\u1100\u1161\u11a8', '\u302e', '\u0f73', '\u0344', '\u0958',
    '\u09cb', '\u0b94', '\u{1109a}', '\ufb2a', '\ufb4b', '\ud7b0', '\ue000',
    '\u{e0041}', '\u{10fffd}', '\u0378', 'ſ', 'ǰ', 'ẖ', 'ΐ', 'ΣΑΣ ὈΔΥΣΣΕΎΣ', 'ὦ',
];

// xorshift: the same numbers in every run.
function random(seed) {
    let x = seed;
    return (n) => {
        x ^= x << 13;
        x ^= x >>> 17;
        x ^= x << 5;
        return (x >>> 0) % n;
    };
}

// Letters, marks and signs that have been what they are for long.
const blocks = [
    [0x20, 0x7e], [0xa0, 0x24f], [0x300, 0x36f], [0x391, 0x3c9], [0x400, 0x52f],
    [0x5d0, 0x5ea], [0x620, 0x66f], [0x904, 0x939], [0xe01, 0xe3a],
    [0x1e00, 0x1eff], [0x1f00, 0x1f15], [0x2000, 0x206f], [0x20a0, 0x20b9],
    [0x2100, 0x214f], [0x2190, 0x23f3], [0x3001, 0x30ff], [0x4e00, 0x9fcc],
    [0xac00, 0xd7a3], [0xf900, 0xfa6d], [0xff01, 0xffee], [0x1f300, 0x1f5ff],
];

export function texts() {
    const next = random(20260417);
    const pick = (list) => list[next(list.length)];
    const out = [...prose, ...code, ...hostile];

    while (out.length < 330) { // two that have nothing to do with each other
        const glue = [' ', '\n', ' - ', ': ', '\n\n', '   '][next(6)];
        out.push(pick(prose) + glue + pick(next(2) ? code : prose));
    }
    while (out.length < 400) { // words out of their order
        const words = (pick(prose) + ' ' + pick(code)).split(' ');
        const n = 1 + next(12);
        out.push(Array.from({length: n}, () => pick(words)).join(' '));
    }
    while (out.length < 450) { // characters of all kinds
        let text = '';
        for (let n = 1 + next(80); n > 0; n--) {
            const [first, last] = pick(blocks);
            text += next(3) ? pick('aeiou nrst')
                : String.fromCodePoint(first + next(last - first + 1));
        }
        out.push(text);
    }
    while (out.length < 500) { // long ones, up to past the limit
        let text = '';
        for (let n = 3 + next(12); n > 0; n--)
            text += pick(next(3) ? prose : code) + ['\n', ' ', '\n\n'][next(3)];
        out.push(text);
    }
    return out;
}
