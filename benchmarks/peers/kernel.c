/* The kernel workload as somebody would write it in C for this one workload: a heap of events, a
   line of customers before each room, draws by inversion from a counter. Times are in minutes.
   With a log it writes a row for each step, as the service log of an office does. */

#include <math.h>
#include <stdint.h>
#include <stdlib.h>

enum { ROOMS = 3, PROCEDURES = 2, MOST_STAFF = 64, MOST_HOURS = 24 };

struct workload {
    int32_t hours;
    int32_t opens;
    int32_t staff[ROOMS];
    int32_t unused;
    double by_hour[MOST_HOURS];
    double shares[PROCEDURES];
    double mean_minutes[PROCEDURES][ROOMS];
};

struct row {
    int64_t joined, started, ended; /* milliseconds */
    int32_t customer;
    int16_t room, member;
};

struct served {
    int64_t customers, rows;
    double waited;
};

struct customer {
    double joined;
    int32_t next, procedure;
};

struct event {
    double at;
    int32_t customer;
    int16_t room, member;
};

struct room {
    int32_t first, last; /* of the line; -1 for nobody */
    int32_t free;
    int16_t members[MOST_STAFF];
};

struct run {
    const struct workload *work;
    uint64_t counter;
    struct event heap[ROOMS * MOST_STAFF];
    int pending;
    struct room rooms[ROOMS];
    struct customer *customers;
    struct row *log;
    struct served told;
    int32_t *spare; /* places of customers who have left */
    int32_t spares, used, most;
};

/* splitmix64 of a counter (Steele, Lea and Flood 2014) */
static inline double uniform(struct run *run)
{
    uint64_t z = (run->counter += UINT64_C(0x9e3779b97f4a7c15));
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return ((double)((z ^ (z >> 31)) >> 11) + 0.5) * 0x1p-53;
}

static inline double exponential(struct run *run, double mean)
{
    return -mean * log(uniform(run));
}

static void push(struct run *run, struct event event)
{
    int i = run->pending++;
    while (i > 0 && run->heap[(i - 1) / 2].at > event.at) {
        run->heap[i] = run->heap[(i - 1) / 2];
        i = (i - 1) / 2;
    }
    run->heap[i] = event;
}

static void pop(struct run *run)
{
    struct event last = run->heap[--run->pending];
    int i = 0, child;
    while ((child = 2 * i + 1) < run->pending) {
        if (child + 1 < run->pending && run->heap[child + 1].at < run->heap[child].at)
            child++;
        if (run->heap[child].at >= last.at)
            break;
        run->heap[i] = run->heap[child];
        i = child;
    }
    run->heap[i] = last;
}

static void serve(struct run *run, int32_t who, int16_t place, int16_t member, double now)
{
    struct customer *customer = &run->customers[who];
    double until = now + exponential(run, run->work->mean_minutes[customer->procedure][place]);
    run->told.waited += now - customer->joined;
    if (run->log) {
        struct row *row = &run->log[run->told.rows];
        row->customer = who;
        row->room = place;
        row->member = member;
        row->joined = llrint(customer->joined * 60000);
        row->started = llrint(now * 60000);
        row->ended = llrint(until * 60000);
    }
    run->told.rows++;
    push(run, (struct event){until, who, place, member});
}

static void join(struct run *run, int32_t who, int16_t place, double now)
{
    struct room *room = &run->rooms[place];
    struct customer *customer = &run->customers[who];
    customer->joined = now;
    if (room->free > 0) {
        serve(run, who, place, room->members[--room->free], now);
        return;
    }
    customer->next = -1;
    if (room->first < 0)
        room->first = who;
    else
        run->customers[room->last].next = who;
    room->last = who;
}

static void complete(struct run *run)
{
    struct event done = run->heap[0];
    struct room *room = &run->rooms[done.room];
    pop(run);
    if (room->first >= 0) {
        int32_t who = room->first;
        room->first = run->customers[who].next;
        serve(run, who, done.room, done.member, done.at);
    } else {
        room->members[room->free++] = done.member;
    }
    if (done.room + 1 < ROOMS)
        join(run, done.customer, done.room + 1, done.at);
    else if (!run->log)
        run->spare[run->spares++] = done.customer;
}

static int arrive(struct run *run, double now)
{
    if (run->spares == 0 && run->used == run->most)
        return 1;
    int32_t who = run->spares > 0 ? run->spare[--run->spares] : run->used++;
    run->customers[who].procedure = uniform(run) >= run->work->shares[0];
    run->told.customers++;
    join(run, who, 0, now);
    return 0;
}

/* Runs all days; returns 1 if there are more customers than there is room for. */
static int run_days(struct run *run, int64_t days)
{
    const struct workload *work = run->work;
    for (int64_t day = 0; day < days; day++) {
        for (int hour = 0; hour < work->hours; hour++) {
            double from = day * 1440.0 + (work->opens + hour) * 60.0, until = from + 60.0;
            double gap = 60.0 / work->by_hour[hour];
            for (double at = from + exponential(run, gap); at < until;
                 at += exponential(run, gap)) {
                while (run->pending && run->heap[0].at <= at)
                    complete(run);
                if (arrive(run, at))
                    return 1;
            }
        }
    }
    while (run->pending)
        complete(run);
    return 0;
}

/* Runs one replication, with memory for so many customers at once, in all if there is a log, which
   has ROOMS rows for each. Returns 0, or 1 where that does not do or there is no memory. */
int kernel_run(const struct workload *work, int64_t days, uint64_t seed, int32_t most,
               struct row *log, struct served *told)
{
    struct run *run = calloc(1, sizeof *run);
    struct customer *customers = malloc(sizeof *customers * (size_t)most);
    int32_t *spare = malloc(sizeof *spare * (size_t)most);
    int failed = !run || !customers || !spare;
    if (!failed) {
        run->work = work;
        run->counter = seed * UINT64_C(0xd1342543de82ef95);
        run->customers = customers;
        run->spare = spare;
        run->most = most;
        run->log = log;
        for (int place = 0; place < ROOMS; place++) {
            run->rooms[place].first = -1;
            run->rooms[place].free = work->staff[place];
            for (int16_t member = 0; member < work->staff[place]; member++)
                run->rooms[place].members[member] = member;
        }
        failed = run_days(run, days);
        *told = run->told;
    }
    free(run);
    free(customers);
    free(spare);
    return failed;
}
