/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lists of stems. A word belongs to a stem that it begins with, if what is left is an ending; so
 * "requested" is a request and "restart" is no rest. A stem that ends in "=" stands for itself.
 */
#include "guard/lexicon.h"

#include <ctype.h>
#include <string.h>

#define WORD_BYTES_MAX 64

static const char *const senses[SENSES_COUNT] = {
    [SENSE_UP] =
        "rise rose= risen= increas grow grew= growth= climb jump surg spik soar raise rais higher= "
        "larger= bigger= longer= slower= slowed= worse= worsen lengthen swell swollen= pil "
        "accumulat "
        "shot= shoot peak overload doubl tripl quadrupl more= greater= heavier= busier= enlarg "
        "multipl escalat widen extend upward= elevat ramp enabl increment balloon upwards=",
    [SENSE_DOWN] = "fall fell= fallen= drop dropp declin decreas dip dipp sink sank= sunk= shrink "
                   "shrank= shrunk= "
                   "reduc lower less= fewer= smaller= shorter= shorten faster= quicker= vanish "
                   "disappear dried= "
                   "dry= plung plummet slump halv idle= diminish ebb hardly= barely= cut= collaps "
                   "dwindl downward= "
                   "subsid disabl lesser= rarer= narrow tighten ceas decrement",
    [SENSE_NO] = "no= not= none= never= nothing= neither= nor= without= cannot= can't= couldn't= "
                 "didn't= doesn't= don't= wasn't= weren't= isn't= aren't= hasn't= haven't= hadn't= "
                 "won't= nobody= nowhere= succeed successful",
    [SENSE_BEFORE] = "before= earlier= previously= formerly= normally= normal= usual= usually= "
                     "typically= typical= beforehand= baseline= prior= ordinarily= routinely=",
    [SENSE_OTHERS] = "other= others= remaining= rest= elsewhere=",
    [SENSE_CAUSES] =
        "caus trigger provok induc explain contribut break broke= broken= led= lead= leads= "
        "leading= result= results= resulted= resulting= kill killed= forc responsibl "
        "therefore= thus= hence= consequently= knocked= crippl ruin driv drove= "
        "origin start=",
    [SENSE_CAUSED] = "because= due= owing= thanks= stem stemm attribut trac consequenc",
    [SENSE_BLAME] = "culprit blam guilty= offend fault faulty= cause= causes= root= origin source= "
                    "responsibl perpetrat reason= reasons=",
    [SENSE_ACQUIT] =
        "acquit exonerat innocent= clear cleared= dismiss eliminat abandon ruled= given=",
    [SENSE_SURE] = "certain certainly= definit undoubtedly= surely= proven= prov conclusiv "
                   "unquestionabl obviously= obvious= indisputabl guarante doubtless= undeniabl "
                   "unmistak confirm irrefutab evidently=",
    [SENSE_SUPERLATIVE] = "worst= hardest= highest= largest= biggest= greatest= slowest= fastest= "
                          "lowest= longest= shortest= heaviest= busiest= mostly=",
    [SENSE_LATER] = "later= after= afterwards= follow subsequently= behind= then= thereafter=",
    [SENSE_EARLIER] = "before= earlier= ahead= preced prior= previously= beforehand=",
    [SENSE_ALL] = "all= every= each= entire entirely= whole= always= everything= completely=",
    [SENSE_MOST] = "most= majority= mainly= largely=",
    [SENSE_SHORTAGE] = "exhaust bottleneck satur starv deplet overrun overload maxed= shortage=",
    [SENSE_FREE] =
        "a an the this that these those it its they their them he she his her we our us you your i "
        "who whom whose which what when where why how there here and or but nor so yet if unless "
        "until till since= while whereas although though as than then= of in on at to from= by for "
        "with about against between among through during within into onto over under above below "
        "up down out off around toward towards per via across along upon near beside besides "
        "beyond despite except including plus versus like unlike is are was were be been being am "
        "has have had having do does did done doing will would can could may might must shall "
        "should ought get gets got gotten getting make makes made making take takes took taken "
        "taking go goes went gone going come comes came coming see sees saw seen seeing show shows "
        "showed shown showing find finds found finding give gives gave giving keep kept keeping "
        "leave left leaving let lets become becomes became becoming seem seems seemed appear "
        "appears appeared remain remained remains stay stayed stays stood stand stands standing "
        "turn turned reach reached reaches hit hits run runs ran running use uses used using need "
        "needs needed want wanted ask asks asked tell tells told say says said saying call called "
        "know known think thought mean means meant suggest suggests suggested indicate indicates "
        "indicated point points pointed happen happened happens occur occurred occurs involve "
        "involved involves concern concerns concerned affect affects affected touch touched "
        "touches look looked looks looking work works worked working serve served serves bring "
        "brings brought put set sets setting move moved moves moving begin began begun begins "
        "beginning end ended ends receive received receives suffer suffered suffers face faced "
        "faces experience experienced see begin stop stopped include included contain contained "
        "amount amounts amounted total totals number numbers count counts share shares part parts "
        "piece case cases incident incidents problem problems issue issues trouble outage event "
        "events thing things way ways time times moment moments period minute minutes second "
        "seconds hour hours day days window interval sample samples value values level levels "
        "range figure figures measure measured measurement median mean average percentile "
        "quartile upper point top bottom middle side start system systems service services "
        "component components shop site application platform production environment customer "
        "customers user users visitor visitors client clients team people person operator author "
        "suspect suspects candidate candidates hypothesis evidence finding findings sign signs "
        "signal symptom symptoms effect effects impact picture guess likely unlikely probable "
        "probably perhaps maybe possibly possible apparently presumably mostly= about roughly "
        "approximately almost nearly some any several many much few little enough lot lots "
        "own self itself themselves himself herself alone only just even still= also too as well "
        "again once more= very quite rather far well good bad new old same different similar such "
        "certain= clear= first last next second third final initial recent recently now today "
        "meanwhile soon immediately suddenly gradually steadily quickly briefly shortly together "
        "sometimes often frequently times= both either one ones two none another whole full "
        "small large big great high low long short early right wrong= main single common "
        "most= least at best exactly precisely especially particularly particular question "
        "question respect regard regarding compared comparison contrast instead behind ahead= "
        "however moreover therefore= thus= further additional additionally hence= indeed actually "
        "itself therein thereby accordingly respectively likewise example instance kind type sort "
        "line lines place side end= name names title titled described description written wrote "
        "list page pages product products home order= item items thing stock held= data text "
        "message messages record records entry entries word words port path route code file files "
        "mail mails job jobs picture pictures screen screens key keys person personal near "
        "between= total overall general typical worth note noted noticed considered consider "
        "reported according report reports compare ago apart yes true false on= off= "
        "switched turned process step steps round rounds slot slots bit hundred thousand dozen "
        "couple handful pair half= quarter= third= twentieth= hand hands head body figure large "
        "paid sold bought placed put queue= answer answers answered reply replies whenever "
        "wherever whatever whoever whichever subject object place located across-the-board "
        "onset outset course outcome view context background detail details summary "
        "conclusion account respectable noticeable noticeably marked markedly sharp sharply "
        "slight slightly considerable considerably significant significantly substantial "
        "substantially dramatic dramatically heavy heavily severe severely serious seriously "
        "steep steeply repeatedly constantly continuously momentarily temporarily "
        "temporary permanently ordinary regular regularly plain plainly simple simply direct "
        "directly indirect indirectly closely close closer thereof therefrom prior= unusual "
        "unusually abnormal abnormally abrupt abruptly vast hand= wholly partly partially "
        "fully merely solely purely back= onward onwards forth beginning= ever soon= already yet= "
        "pattern behaviour behavior activity state status condition capacity= operation operations "
        "work= volume= fact facts reason= matter matters basis trend curve peak= spell burst "
        "wave series row rows column table tables database databases server servers machine "
        "machines box host hosts node nodes pod pods container containers cluster unit units "
        "endpoint endpoints upstream upstreams downstream backend backends frontend neighbour "
        "neighbours dependency dependencies caller callers lack short session sessions callee "
        "callees chain graph map",
};

/* What speaks of the same thing stands together; the first word names it. */
static const char *const topics[] = {
    "restart backoff backed= reboot relaunch started= respawn back-off",
    "kill oom oomkill oomkilled= crash die= died= dies= dead= terminat exit signal sigkill",
    "deploy rollout rolled= roll release version commit= change= changes= changed= brought= "
    "reconfigur deployment= introduc revision deploy-= updat upgrad ship revert= reverting= undo= "
    "undoing=",
    "lock deadlock sharelock",
    "timeout time-out timed= unanswered= wait waiting= patien gave= deadline answer within= late= "
    "timeouts=",
    "latency slow= slower= slowness= slowed= latenc took= take= spent= spend quick duration delay "
    "respons p50= p95= p99= fast= faster= sluggish lag wait answered= rtt time= long= longer= ms= ",
    "error fail failed= failur failing= exception 5xx 500= 502= 503= 504= 4xx refus oom "
    "unsuccessful= bad= "
    "broke wrong= thrown= threw= throw trouble complain complaint refused=",
    "request traffic rate visit calls= call= called= operations= operation= asked= load= work= "
    "traffic= "
    "busy= volume= orders= throughput query queries= hits= received= connections= commands= surge",
    "memory oom rss= ram= heap oomkilled= maxmemory= mem= out-of-memory swap",
    "leak",
    "cpu processor proc compute",
    "disk written= storage filesystem inode fsync",
    "network packet tcp udp partition link= bandwidth retransmi",
    "dns resolv nameserver",
    "tls ssl certificat handshak https= x509",
    "connect connection pool socket unanswered= upstream upstreams= conn= fds= descriptor "
    "files=",
    "retry retri retries=",
    "throttl ratelimit rate-limit",
    "queue backlog job rpush enqueu",
    "alert alarm fired= fire= page= paged= went-off",
    "log logged= line lines= message wrote= complain complaint tell= said= report reported=",
    "schedul place= placed= pending= unschedul node",
    "image imagepull registry",
    "probe liveness readiness",
    "quota",
    "permission denied= unauthor forbid forbidden= credential password login",
    "index",
    "rollback reverted= undone= undid= rolled-back",
    "fix resolv recover mitigat heal repair restor back=",
    "persist ongoing= continu",
    "corrupt",
    "attack breach hack malicious= intru exploit security",
    "mistake typo careless negligen human=",
    "hardware",
    "dependenc depend calls=",
    "third-party vendor external provider",
    "shard sharding",
    "failover leader elect replicat",
    "cache cach",
    "config setting reconfig misconfig",
    "migrat schema",
    "feature flag toggl",
    "scal autoscal",
    "gc= garbage=",
    "thread",
    "cron= cronjob",
    "backup",
    "limit= limits= used= ceiling satur full= fill filled= exhaust bottleneck capacity= overload "
    "maxmemory=",
    "exit= code= pid=",
    "abandon abandoned=",
    "restore",
    "rollbacks=",
    "replica replicas= instances= instance=",
    "froze= freez frozen= stopped= ended= stop= end= stuck= hung= hang",
    "vacuum checkpoint",
    "maintenance",
    "weather= power= cooling= fire=",
    "ddos bot= crawler",
};

#define TOPICS_COUNT (sizeof topics / sizeof *topics)
_Static_assert(TOPICS_COUNT <= 64, "a bit for each");

static const char endings[] =
    " s es ed d ing er ers or ors ly y e al ion ions ation ations ment "
    "ments ness th ies ied ped ping ning ned ting ted ling led ance ence ";

static bool is_ending(struct str rest)
{
    if (rest.len == 0)
        return true;
    for (const char *at = endings + 1; *at; at++) {
        const size_t len = strcspn(at, " ");
        if (len == rest.len && memcmp(at, rest.ptr, len) == 0)
            return true;
        at += len;
    }
    return false;
}

static bool matches(const char *stem, size_t len, struct str word)
{
    const bool exact = stem[len - 1] == '=';
    if (exact)
        return str_eq(word, (struct str){.ptr = stem, .len = len - 1});
    return word.len >= len && memcmp(stem, word.ptr, len) == 0 &&
           is_ending(str_slice(word, len, word.len));
}

static bool list_has(const char *list, struct str word, bool whole)
{
    for (const char *at = list; *at;) {
        const size_t len = strcspn(at, " ");
        if (len > 0 &&
            (whole ? str_eq(word, (struct str){.ptr = at, .len = len - (at[len - 1] == '=')})
                   : matches(at, len, word)))
            return true;
        at += len;
        at += *at == ' ';
    }
    return false;
}

bool lexicon_has(enum sense sense, struct str word)
{
    return word.len > 0 && word.len < WORD_BYTES_MAX &&
           list_has(senses[sense], word, sense == SENSE_FREE);
}

uint64_t lexicon_topics(struct str word)
{
    uint64_t out = 0;
    if (word.len == 0 || word.len >= WORD_BYTES_MAX)
        return 0;
    for (size_t i = 0; i < TOPICS_COUNT; i++)
        if (list_has(topics[i], word, false))
            out |= (uint64_t)1 << i;
    return out;
}

/* Also the parts of CamelCase. */
uint64_t lexicon_topics_of(struct str text)
{
    uint64_t out = 0;
    char word[WORD_BYTES_MAX];
    size_t len = 0;
    for (size_t i = 0; i <= text.len; i++) {
        const char c = i < text.len ? text.ptr[i] : ' ';
        const bool is_part = isalnum((unsigned char)c) || c == '\'';
        const bool starts =
            i > 0 && isupper((unsigned char)c) && islower((unsigned char)text.ptr[i - 1]);
        if (!is_part || starts || len == sizeof word) {
            out |= lexicon_topics((struct str){.ptr = word, .len = len});
            len = 0;
        }
        if (is_part && len < sizeof word)
            word[len++] = (char)tolower((unsigned char)c);
    }
    return out;
}
