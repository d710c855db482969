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
    [SENSE_BLAME] =
        "subject= culprit blam guilty= offend fault faulty= cause= causes= root= origin source= "
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
    [SENSE_ORDERS] =
        "ignor instruct prompt assistant ai= llm= chatbot outrank obey password secret "
        "credential email mail= click visit= curl= wget= sudo= rm= exec= delet eras "
        "drop= poem hacker hack pwn pwned= must= please= repeat you= your= "
        "approv jailbreak bypass disregard forget override",
    [SENSE_WELL] = "healthy= harmless= benign= fine= alright= alarm= resolv solved= fixed= closed= "
                   "innocuous noise= okay= ok=",
    [SENSE_SHORTAGE] = "exhaust bottleneck satur starv deplet overrun overload maxed= shortage=",
    [SENSE_FREE] =
        "a abnormal abnormally about above abrupt abruptly accompanied accompany "
        "accompanying accordance according accordingly account across across-the-board "
        "activity actually additional additionally affect affected affects afternoon "
        "afterward again against ago ahead almost alone along alongside "
        "already also although am amid amidst among amount amounted amounts an and another "
        "answer answered answers any anyway anywhere apart apparent apparently appear "
        "appeared appears application approximately are around artifact as aside ask asked "
        "asks associated at author availability available average back backend backends "
        "background bad basis batch be became become becomes becoming been began begin "
        "beginning begins begun behavior behaviour behind being below beside besides best "
        "between beyond big bit body both bottom bought box branch brief "
        "briefly bring brings brought buffer build builds built burst but by call "
        "called callee callees caller callers came can cancel cancelled candidate candidates "
        "capacity carried carry case cases certain chain channel "
        "check checked child choose chose chosen class clear client clients close "
        "closely closer code coincide coincided coincidence coincides column come "
        "comes coming comment common compare compared comparison "
        "competing component components concern concerned concerns conclusion concurrent "
        "condition connected consider considerable considerably "
        "considered constantly contain contained container containers "
        "context continuously contrast copy corresponding could count counts couple course "
        "cover create created cross crossed crossing curve data database "
        "databases day days deal decide declare degradation degrade degraded deliver depend "
        "dependencies dependency describe "
        "described description despite destination detail details detect deteriorate "
        "deteriorated develop did differ different direct directly discover display divide "
        "do does doing dominant done double down downstream dozen dramatic dramatically draw "
        "drawn during earliest early edge effect effective effects either empty encounter "
        "end ended endpoint endpoints ends enough enter entered entries entry environment "
        "equal especially establish even evening event events ever everywhere evidence "
        "exactly examine example exceed exceeded exceeding except exist expect expected "
        "experience experienced express extra face faced faces "
        "fact facts fairly false far feature feed feel felt fetch fetched few field figure "
        "figures file files final find finding findings finds finish finished first fit fits "
        "flat flow focus for form forth found fraction frame free frequent frequently from "
        "front frontend full fully function further gain gather gave general generate get "
        "gets getting give gives giving go goes going gone good got gotten gradually grant "
        "graph great ground group grouped guard guess guest had half hand handful handle "
        "handled handling hands happen happened happens hard has have having he head hear "
        "heard heavily heavy held help hence her here herself high himself hint his hit hits "
        "hold holds home host hosts hour hours how however hundred hundredth hypothesis i "
        "idea identical identify if immediately impact impacted impacts impaired imply "
        "important in incident incidents include included including incoming indeed indicate "
        "indicated indicates indirect indirectly initial insert inserts inspect install "
        "instance instead intend intent interrupt interval into introduce introduction "
        "invoke involve involved involves is issue issues it item items its itself job jobs "
        "join judge just keep keeping kept kernel key keys kind know known lack lain large "
        "largest last lasted lasting lasts late latest lay layer lead learn least leave "
        "leaving left length let lets level levels library lie lies light like likely "
        "likewise line lines link linked list listed little live lived local "
        "locate located log long look looked looking looks loop "
        "loss lot lots low machine machines made mail mails main make makes making manage "
        "manner many map mark marked markedly match matching matter matters may maybe mean "
        "means meant meanwhile measure measured measurement median member mention mere "
        "merely merge merged message messages method middle might mind minor minute minutes "
        "miss missing mix mode modest module moment momentarily moments more moreover "
        "morning most mostly move moved moves moving much must name names namespace narrow "
        "near nearby nearly need needed needs neighbour neighbours neither new news "
        "next night node nodes none noon nor notable note noted notice noticeable noticeably "
        "noticed notification notifications now number numbers object observe obtain obvious "
        "occur occurred occurs of off offer often old on once one ones only onset onto "
        "onward onwards open opened opening operate operation operations operator option "
        "options or order orders ordinary origin otherwise ought our ours out outage outcome "
        "outgoing outset over overall overnight own owner package packaged page pages paid "
        "pair parallel parameter parent part partially particular particularly partly parts "
        "pass passed path pattern pause paused pauses peak peer per percentile "
        "perhaps period permanently permit person personal pick picture pictures piece place "
        "placed plain plainly platform play plus pod pods point pointed points pool port "
        "position possible possibly post precisely prefer prepare presence present "
        "presumably pretty previous print prior private probable probably problem problems "
        "process produce product production products promise proper propose protect provide "
        "public pull purely push pushed pushes put quarter quartile question "
        "quickly quite rack raise raised ran range rather reach reachable reached "
        "reaches read reading readings ready real realise reason recall receive received "
        "receives recent recently recognise record records refer reflect refuse "
        "regard regarding region regular regularly relate related relation relative relevant "
        "rely remain remained remains remark remember remote remove removed render repeat "
        "repeatedly replace replaced replies reply report reported reports request require "
        "required reserve reserved reset resource resources respect respectable respectively "
        "respond responsible responsive rest result resulting results return returned reveal "
        "right ring rise role root rough "
        "roughly round rounds route row rows rule run running runs said same sample samples "
        "save saw say saying says scale scan score screen screens script search second "
        "seconds section see seeing seek seem seemed seems seen sees select self send sense "
        "sent separate sequential serial series serious seriously serve served server "
        "servers serves service services session sessions set sets setting settings several "
        "severe severely shall shape share shares sharp sharply she shift shop short shortly "
        "should show showed showing shown shows side sign signal significant significantly "
        "signs silent similar simple simply since single site size sketch skip slight "
        "slightly slot slots small smooth so soft sold solely solve some sometimes somewhere "
        "soon sort sound source sources space span speak special specific speed spell spiked "
        "split spot spread stable staged stand standing stands start state statement "
        "statements status stay stayed stays steadily steep steeply stem step steps still "
        "stock stood stop stopped store straight strange stream stretch stretched strict "
        "strike string strong structure subject submit subsequent substantial substantially "
        "such suddenly suffer suffered suffering suffers suggest suggested suggests sum "
        "summary supply support suppose suspect suspects switch switched symbol symptom "
        "symptoms system systems table tables tag tagged take taken takes taking talk target "
        "targets task team tell tells temporarily temporary tend term test text than that "
        "the their them themselves then there thereby therefore therefrom therein thereof "
        "these they thing things think third this those though thought thousand thread "
        "threshold thresholds through thus tie tight till time times title titled to today "
        "together told too took tool top topic total totals touch touched touches toward "
        "towards trace track transaction transactions transfer travel treat trend tried "
        "trouble true try trying turn turned twentieth twice two type typical unavailable "
        "under unit units unless unlike unlikely unreachable unresponsive until "
        "unusual unusually up update upon upper upstream upstreams us use used "
        "uses using usual value values vary vast verify version versus very via view visible "
        "volume want wanted warn warned warning warnings was watch wave way "
        "ways we week weigh weight well went were what whatever when whenever where whereas "
        "wherever which whichever while who whoever whole wholly whom whose why wide width "
        "will window with within without word words work worked worker working works "
        "worldwide worth would wound wrap write writing writings written wrong wrote yes yet "
        "yield you your zone zones ",
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
    "busy= volume= throughput query queries= hits= received= connections= commands= surge",
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
    "user customer visitor people= person affected=",
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

static bool is_form(struct str word)
{
    static const char *const ends[] = {"s", "es", "d", "ed", "ing", "er", "ers"};
    if (list_has(senses[SENSE_FREE], word, true))
        return true;
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        const struct str end = str_of(ends[i]);
        if (word.len < end.len + 3 || !str_ends(word, end))
            continue;
        struct str stem = str_slice(word, 0, word.len - end.len);
        char with_e[WORD_BYTES_MAX + 1];
        memcpy(with_e, stem.ptr, stem.len);
        with_e[stem.len] = 'e';
        if (list_has(senses[SENSE_FREE], stem, true) ||
            list_has(senses[SENSE_FREE], (struct str){.ptr = with_e, .len = stem.len + 1}, true))
            return true;
    }
    return false;
}

bool lexicon_is_form(struct str word)
{
    if (word.len == 0 || word.len >= WORD_BYTES_MAX)
        return false;
    struct str part;
    while (str_split(&word, '-', &part))
        if (!is_form(part) && lexicon_topics(part) == 0)
            return false;
    return true;
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

uint64_t lexicon_grave_topics(void)
{
    static const char *const grave[] = {"leak",     "attack",  "corrupt", "fix",     "permission",
                                        "hardware", "mistyp",  "backup",  "kill",    "restart",
                                        "dns",      "restore", "ddos",    "mistake", "user"};
    uint64_t out = 0;
    for (size_t i = 0; i < sizeof grave / sizeof *grave; i++)
        out |= lexicon_topics(str_of(grave[i]));
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
