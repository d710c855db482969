/* SPDX-License-Identifier: Apache-2.0 */
/*
 * English stands first: a text that has as many of its words as of any other's stays. Words that
 * two of the languages share ("die", "in", "de") count for all that have them, and so decide
 * nothing.
 */
#include "train/corpus/tongue.h"

#include "base/utf8.h"

#define WORDS_MAX 2000    /* of a text are looked at */
#define WORD_BYTES_MAX 24 /* a longer one is no small word */
#define PADDED_MIN 4      /* two letters: one letter is a variable, or a bullet */
#define HITS_MIN 4        /* small words; fewer may be names */
#define SHARE_MIN 0.06    /* of small words among all: prose has .3, lists of names .02 */
#define LEAD 1.3          /* how many times the hits of English a foreign language must have */
#define SCRIPT_SHARE_MAX                                                                           \
    0.4 /* of letters beyond Latin: a page of another script has code in it                        \
         */

static const struct {
    const char *name;
    const char *words; /* in lower case, between blanks */
} tongues[TONGUES] = {
    [TONGUE_UNKNOWN] = {"unknown", ""},
    [TONGUE_ENGLISH] =
        {"english", " the of and to in is that it for was on are as with be by at this from or an "
                    "have not which you were but has had if will can all their when what there no "
                    "so its more than then we they would may must should been only any "},
    [TONGUE_GERMAN] =
        {"german",
         " der die das und ist nicht ein eine einen einem einer zu den dem des mit von für "
         "auf im sich auch als werden wird oder aus bei nach kann sind nur wenn dass durch "
         "über wie diese dieser es er sie zur zum wurde noch man "},
    [TONGUE_FRENCH] =
        {"french", " le la les des et est un une du que qui dans pour pas par sur au aux avec ce "
                   "cette ne se sont plus ou vous nous être il elle si peut comme mais leur fait "
                   "lorsque sans ces tous votre de en "},
    [TONGUE_SPANISH] =
        {"spanish", " el la los las de que en un una es por con para del se no su al lo como más "
                    "pero sus este esta si ser son también puede cuando sin sobre entre desde hay "
                    "muy fue "},
    [TONGUE_ITALIAN] =
        {"italian", " il lo la gli le di che un una per con del della dei delle nel non si sono "
                    "come da più ma anche questo questa se al alla essere viene può ogni quando "
                    "dal nella "},
    [TONGUE_PORTUGUESE] =
        {"portuguese", " os as de que do da dos das em um uma para com não por se na no ao "
                       "mais como mas foi pode são ser ou seu sua quando também este esta isso nos "
                       "pelo pela você arquivo "},
    [TONGUE_DUTCH] =
        {"dutch", " de het een en van ik te dat die niet is op aan met voor er maar om ook als bij "
                  "dan zijn was naar wordt worden deze of door kan heeft geen uit nog wel moet "},
    [TONGUE_POLISH] = {"polish",
                       " na do nie się jest że to jak od za po przez dla co lub są ale tak być "
                       "może tego które który przy oraz jeśli tylko pliku ze ten "},
    [TONGUE_SWEDISH] =
        {"swedish", " och att det som en på är av för med den till inte ett om har de kan från var "
                    "eller när ska så denna detta vid ut filen "},
    [TONGUE_DANISH] =
        {"danish", " og at det som en på er af for med den til ikke et om har de kan fra var eller "
                   "når skal så denne dette ved ud også bliver "},
    [TONGUE_CZECH] = {"czech", " na se je že to do jako pro ve ale by nebo jsou od po při také tak "
                               "může být pokud jeho této který které není soubor "},
    [TONGUE_TURKISH] =
        {"turkish", " ve bir bu için ile da de olarak çok daha olan var gibi ne kadar sonra veya "
                    "ancak değil her en dosya olduğu tarafından eğer "},
    [TONGUE_INDONESIAN] =
        {"indonesian",
         " yang dan di untuk dengan dari ini pada tidak itu dalam adalah ke akan atau "
         "sebuah dapat oleh jika berkas secara telah juga anda sebagai bila "},
    [TONGUE_ROMANIAN] =
        {"romanian", " de și în la cu pe este nu se din un pentru sau că mai care ca sunt dacă fi "
                     "prin al ale poate acest fișierul fost să "},
    [TONGUE_FINNISH] =
        {"finnish", " ja on ei että se oli kun ovat joka tai jos mutta myös kuin niin voidaan sen "
                    "ole tämä tiedoston sekä jos voi ne mitä "},
    [TONGUE_HUNGARIAN] =
        {"hungarian", " az és hogy nem is egy ez van de ha csak meg mint el vagy kell lehet volt "
                      "fájl már még minden amely azt ezt "},
    [TONGUE_OTHER_SCRIPT] = {"other_script", ""},
};

const char *tongue_name(enum tongue tongue)
{
    return tongues[tongue].name;
}

/* Latin letters, with and without marks, end before the letters of Greek. */
static bool is_latin(uint32_t code)
{
    return code < 0x370 || (code >= 0x1e00 && code < 0x1f00);
}

static bool is_letter(uint32_t code)
{
    if (code < 0x80)
        return (code >= 'a' && code <= 'z') || (code >= 'A' && code <= 'Z');
    const bool is_sign = (code >= 0x2000 && code < 0x2c00) || (code >= 0xfe00 && code < 0xff00) ||
                         (code >= 0x1f000 && code < 0x20000) || code < 0xc0 || code == 0xd7 ||
                         code == 0xf7 || code == 0xfffd || (code >= 0xe000 && code < 0xf900) ||
                         (code >= 0x3000 && code < 0x3040);
    return !is_sign && code != UTF8_INVALID;
}

struct counts {
    uint32_t words, letters, foreign_letters;
    uint32_t hits[TONGUES];
};

static void count_word(struct counts *counts, const char *padded, size_t len)
{
    counts->words++;
    if (len < PADDED_MIN)
        return;
    for (int tongue = TONGUE_ENGLISH; tongue < TONGUE_OTHER_SCRIPT; tongue++)
        counts->hits[tongue] +=
            str_contains(str_of(tongues[tongue].words), (struct str){padded, len});
}

static struct counts count(struct str text)
{
    struct counts counts = {0};
    char word[WORD_BYTES_MAX + 2] = " ";
    size_t len = 1;
    bool fits = true;
    while (counts.words < WORDS_MAX && (text.len > 0 || len > 1)) {
        const char *const at = text.ptr;
        const uint32_t code = text.len > 0 ? utf8_take(&text) : ' ';
        const size_t bytes = (size_t)(text.ptr - at);
        if (is_letter(code)) {
            counts.letters++;
            counts.foreign_letters += !is_latin(code);
            fits = fits && len + bytes < sizeof word - 1;
            for (size_t i = 0; fits && i < bytes; i++)
                word[len++] = (char)(at[i] >= 'A' && at[i] <= 'Z' ? at[i] + 32 : at[i]);
            len = fits ? len : 2;
            continue;
        }
        word[len] = ' ';
        if (len > 1 && fits)
            count_word(&counts, word, len + 1);
        else if (len > 1)
            counts.words++;
        len = 1;
        fits = true;
    }
    return counts;
}

enum tongue tongue_of(struct str text)
{
    const struct counts counts = count(text);
    if (counts.foreign_letters > SCRIPT_SHARE_MAX * counts.letters)
        return TONGUE_OTHER_SCRIPT;
    int best = TONGUE_ENGLISH;
    for (int tongue = TONGUE_ENGLISH; tongue < TONGUE_OTHER_SCRIPT; tongue++)
        if (counts.hits[tongue] > counts.hits[best])
            best = tongue;
    const double hits = counts.hits[best], english = counts.hits[TONGUE_ENGLISH];
    if (hits < HITS_MIN || hits < SHARE_MIN * counts.words)
        return TONGUE_UNKNOWN;
    return best != TONGUE_ENGLISH && hits < LEAD * english ? TONGUE_ENGLISH : (enum tongue)best;
}
