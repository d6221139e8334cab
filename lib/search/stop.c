/* stop.c - see stop.h. */
#include "base/common.h"

#include "search/stop.h"
#include "store/tokenize.h"

/* Words of a text that are looked at for its language. */
#define WORDS_MAX 64
/* Longest word of the lists, in bytes. */
#define WORD_BYTES 24

/* English questions and commit messages. */
static const char english[] =
    " a about after all also am an and any are as at be been being but by can "
    "could d did do does doing don done for from get got had has have having "
    "he her hers him his how i if in into is it its just let ll m may me might "
    "my no nor not now of on or our ours please re s shall she should so some "
    "such t than that the their them then there these they this those to too "
    "us ve very was we were what when where which while who whom why will with "
    "would you your yours ";

/* Of other languages: first the words that are no English words and seldom
 * names, which tell the language; then the others. */
static const struct {
    const char *telling, *others;
} lists[STOP_LANGUAGES] = {
    [STOP_GERMAN] =
        {" der das ein eine einen einem einer eines und oder aber "
         "nicht ist sind waren wird werden wurde wurden haben hatte "
         "hatten ich sie wir mir mich uns wer wie wann warum wieso "
         "welche welcher welches dem auf für fuer von zu zum zur bei "
         "nach aus über unter auch noch schon nur kann können muss "
         "soll sollen dass wenn hier mein meine unser unsere bitte "
         "gibt im ",
         " die war hat du er es ihr was wo den des in an am mit als "
         "also so man da "},
    [STOP_FRENCH] =
        {" le les un une et ou où sont était ont avons avez je il "
         "elle nous vous ils elles que qui quoi quel quelle quels "
         "quelles pourquoi quand combien cet cette ces dans avec ses "
         "notre leur leurs être avoir faire peut qu aux est ",
         " la des du de a tu on comment ce sur pour par sans pas ne "
         "plus en au se son sa mon ma mes nos votre vos fait y d l j "
         "c n s m t "},
    [STOP_SPANISH] =
        {" el los las una unos unas que qué quien quién cómo cuándo "
         "cuando cuánto cuántos dónde donde eran fue fueron está "
         "están estar cuál cuáles más pero porque este esta estos "
         "estas eso esto ella nosotros ellos puede sí por ",
         " un la de del y o u como para con sin en es son era ser ha "
         "han hay he se su sus mi mis tu lo le les nos me te no si "
         "al cual yo "},
    [STOP_PORTUGUESE] =
        {" um uma uns umas das ou que quem quando onde quanto "
         "quantos qual quais é são foi foram está estão têm há ele "
         "ela nós eles elas seu sua seus suas meu minha não porque "
         "isso isto pelo pela aos à em ",
         " o a os as de do da dos e como por para com sem na no nas "
         "nos era ser tem eu se mais mas este esta ao "},
    [STOP_ITALIAN] =
        {" il gli una della dello dei degli delle che cosa quando "
         "perché quanto quanti quale quali senza nel nella nei nelle "
         "sul sulla è sono erano hanno abbiamo lui lei noi voi loro "
         "non più anche questo questa questi queste quello quella "
         "mio mia nostro alla dal dalla ",
         " lo la i le un uno di del e o chi come dove per con in su "
         "era fu ha ho io tu si mi ci ma al ai da "},
    [STOP_DUTCH] = {" het een maar niet zijn waren wordt worden werd heeft "
                    "hebben ik jij hij zij wij jullie mij wie waar wanneer "
                    "waarom welke welk aan naar bij ook nog kunnen moet moeten "
                    "zal zullen dit deze mijn onze ",
                    " de en of is was had je ze we ons wat hoe in op van voor "
                    "met uit over onder als al kan dat die er te om dan "},
    [STOP_RUSSIAN] =
        {" и в во не что кто как где когда почему зачем сколько "
         "какой какая какие каком на с со к ко от до из за по о об у "
         "для при это этот эта эти тот та те я ты он она оно мы вы "
         "они мне меня нас вам был была было были есть быть будет бы "
         "же ли или но а да нет то так уже ещё еще только чтобы если "
         "наш мой его её их ",
         " "},
};

/* Is the word in a list with blanks around each? */
static bool has(const char *list, struct str word)
{
    char z[WORD_BYTES + 3];

    if (!list || word.n == 0 || word.n > WORD_BYTES)
        return false;
    z[0] = ' ';
    memcpy(z + 1, word.p, word.n);
    z[word.n + 1] = ' ';
    z[word.n + 2] = '\0';
    return strstr(list, z) != NULL;
}

bool stop_is(enum stop_language lang, struct str word)
{
    return has(english, word) || has(lists[lang].telling, word) ||
           has(lists[lang].others, word);
}

struct count {
    size_t telling, others, english;
};

static void count_word(struct count *counts, struct str word)
{
    bool is_english = has(english, word);

    for (size_t l = STOP_ENGLISH + 1; l < STOP_LANGUAGES; l++) {
        bool other = has(lists[l].others, word);

        counts[l].telling += has(lists[l].telling, word);
        counts[l].others += other;
        counts[l].english += is_english && !other;
    }
}

enum stop_language stop_language_of(struct str text)
{
    struct count counts[STOP_LANGUAGES] = {{0}};
    enum stop_language best = STOP_ENGLISH;
    char word[WORD_BYTES];
    size_t words = 0, i = 0;

    while (i < text.n && words < WORDS_MAX) {
        size_t from = i;

        while (i < text.n &&
               (is_alnum(text.p[i]) || ((unsigned char)text.p[i] >= 0x80)))
            i++;
        if (i > from && i - from <= sizeof(word)) {
            memcpy(word, text.p + from, i - from);
            lower_case(word, i - from);
            count_word(counts, (struct str){word, i - from});
            words++;
        }
        i += i == from;
    }
    for (size_t l = STOP_ENGLISH + 1; l < STOP_LANGUAGES; l++) {
        const struct count *c = &counts[l], *b = &counts[best];

        if (c->telling && c->telling + c->others >= 2 &&
            c->telling > c->english &&
            (best == STOP_ENGLISH ||
             c->telling + c->others > b->telling + b->others))
            best = (enum stop_language)l;
    }
    return best;
}
