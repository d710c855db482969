/* SPDX-License-Identifier: Apache-2.0 */
#include "base/arena.h"
#include "base/clock.h"
#include "culprit/signs.h"
#include "eval/queries.h"
#include "train/mine.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <math.h>

static double start(const struct signs *s)
{
    return s->of[SIGN_MESSAGE]+s->of[SIGN_PATHS]+s->of[SIGN_LINES]+.5*s->of[SIGN_SCOPES]-.15*s->of[SIGN_PLACE];
}
struct ord { double v; uint32_t i; };
static int cmp(const void *a, const void *b)
{
    const struct ord *x=a,*y=b;
    return x->v>y->v?-1:x->v<y->v?1:x->i>y->i?-1:1;
}
static void dump(struct arena *arena, const struct repository *r, const struct culprit_query *q, bool mined, FILE *bin, FILE *tsv)
{
    const struct clues clues = clues_read(arena, q->symptom);
    const struct question question = {.history=r->history,.from=q->from,.to=q->to,.at_ns=q->time_ns,.clues=&clues};
    const struct signs *signs = signs_measure(arena,&question);
    const uint32_t n=q->to-q->from;
    struct ord *o=arena_push_many(arena,struct ord,n);
    for(uint32_t i=0;i<n;i++) o[i]=(struct ord){start(&signs[i]),i};
    qsort(o,n,sizeof *o,cmp);
    for(uint32_t k=0;k<n;k++){
        uint32_t i=o[k].i; bool truth=false;
        for(uint32_t j=0;j<q->truths_count;j++) truth|=q->truths[j]==q->from+i;
        if(mined && !truth && k>=60 && n-i>12 && (k*2654435761u>>16)%25!=0) continue;
        float row[SIGNS_COUNT];
        for(int s=0;s<SIGNS_COUNT;s++) row[s]=(float)signs[i].of[s];
        fwrite(row,sizeof row,1,bin);
        fprintf(tsv,"%.*s\t%.*s\t%d\t%d\t%d\t%u\t%u\n",STR_ARG(r->name),STR_ARG(q->id),mined,q->hard,truth,k,i);
    }
}
int main(int argc,char**argv)
{
    FILE *bin=fopen("/tmp/culprit-x.bin","w"),*tsv=fopen("/tmp/culprit-x.tsv","w"),*names=fopen("/tmp/culprit-x.names","w"),*qs=fopen("/tmp/culprit-x.mined","w");
    for(int s=0;s<SIGNS_COUNT;s++) fprintf(names,"%s\n",sign_name((enum sign)s));
    for(int i=1;i<argc;i++){
        struct arena *arena=arena_new("repo"); struct repository r; struct err err={0};
        int64_t t0=clock_now_ns(clock_system());
        if(!repository_read(arena,argv[i],&r,&err)){fprintf(stderr,"%s\n",err.text);return 2;}
        int64_t t1=clock_now_ns(clock_system());
        for(uint32_t j=0;j<r.queries_count;j++){ struct arena *s=arena_new("q"); dump(s,&r,&r.queries[j],false,bin,tsv); arena_free(s);}
        int64_t t2=clock_now_ns(clock_system());
        uint32_t n; struct culprit_query *m=mine_queries(arena,r.history,300,&n);
        for(uint32_t j=0;j<n;j++){ struct arena *s=arena_new("q"); dump(s,&r,&m[j],true,bin,tsv); arena_free(s);
          fprintf(qs,"== %.*s %.*s\n%.*s\n => %.*s\n",STR_ARG(r.name),STR_ARG(m[j].id),STR_ARG(m[j].symptom),STR_ARG(change_subject(&r.history->items[m[j].truths[0]].change)));}
        fprintf(stderr,"%.*s read %.1f s (%u), %.2f ms a query, mined %u, %zu MB\n",STR_ARG(r.name),(double)(t1-t0)/1e9,r.history->count,(double)(t2-t1)/1e6/r.queries_count,n,arena_used_bytes(arena)>>20);
        arena_free(arena);
    }
    fclose(bin);fclose(tsv);fclose(names);fclose(qs);
}
