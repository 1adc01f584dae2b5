/*
 * What the native references share: the clock, the seeded shuffle of irqbench's own layout
 * (src/sync/random.ts, bit for bit, so that both sides walk the same places in the same order),
 * averages, sleeping, and a second thread.
 */
#ifndef IRQBENCH_NATIVE_COMMON_H
#define IRQBENCH_NATIVE_COMMON_H

#include <errno.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* The streams of src/vm/populate.ts. */
enum { STREAM_CONSUMERS = 1, STREAM_EVENTFDS = 3 };

/* Eventfds: 64 bytes apart, in the kernel's direct map. */
static inline uint64_t eventfd_token(uint32_t place)
{
	return 0xffff888100000000u | ((uint64_t)place * 64 & 0xffffffffu);
}

static inline double now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static inline void sleep_ms(uint32_t ms)
{
	struct timespec time = { ms / 1000, ms % 1000 * 1000000L };

	nanosleep(&time, NULL);
}

static inline uint32_t mix(uint32_t h)
{
	h = (h ^ (h >> 16)) * 0x85ebca6bu;
	h = (h ^ (h >> 13)) * 0xc2b2ae35u;
	return h ^ (h >> 16);
}

static inline uint32_t hash32(uint32_t seed, uint32_t a, uint32_t b)
{
	return mix(mix(mix(seed ^ 0x9e3779b9u) ^ a) ^ b);
}

static inline void die(const char *what)
{
	fprintf(stderr, "%s: %s\n", what, strerror(errno));
	exit(1);
}

static inline void must(int error)
{
	if (error) {
		errno = -error;
		die("registration refused");
	}
}

/* Zeroed, touched, on a cache line; ordinary pages, as the reference's other side has them. */
static inline void *zeroed(size_t bytes)
{
	void *memory = aligned_alloc(64, (bytes + 63) / 64 * 64);

	if (!memory)
		die("aligned_alloc");
	return memset(memory, 0, bytes);
}

static inline uint32_t *permutation(uint32_t n, uint32_t seed, uint32_t stream)
{
	uint32_t *order = zeroed(n * sizeof(*order));

	for (uint32_t i = 0; i < n; i++)
		order[i] = i;
	for (uint32_t i = n - 1; i > 0; i--) {
		uint32_t j = (uint32_t)((uint64_t)hash32(seed, stream, i) * (i + 1) >> 32);
		uint32_t swapped = order[i];

		order[i] = order[j];
		order[j] = swapped;
	}
	return order;
}

static inline int compare_doubles(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/*
 * The mean of the middle half: as deaf to outliers as the quartiles, but not confined to the steps
 * of a coarse clock, as the median of short calls is. Sorts in place.
 */
static inline double midmean(double *values, uint32_t n)
{
	uint32_t cut = n / 4;
	double sum = 0;

	qsort(values, n, sizeof(*values), compare_doubles);
	for (uint32_t i = cut; i < n - cut; i++)
		sum += values[i];
	return sum / (n - 2 * cut);
}

/* The least of n: the batch that was disturbed least, for what disturbs can only add time. */
static inline double fastest(const double *values, uint32_t n)
{
	double least = values[0];

	for (uint32_t i = 1; i < n; i++)
		if (values[i] < least)
			least = values[i];
	return least;
}

/* What one reading of the clock adds to a call between two of them. */
static inline double timer_overhead_ns(void)
{
	enum { BATCHES = 50, READINGS = 2000 };
	double batches[BATCHES];

	for (int batch = 0; batch < BATCHES; batch++) {
		double begun = now_ns(), last = begun;

		for (int i = 0; i < READINGS; i++)
			last = now_ns();
		batches[batch] = (last - begun) / READINGS;
	}
	return fastest(batches, BATCHES);
}

static inline void *sleep_forever(void *unused)
{
	for (;;)
		pause();
	return unused;
}

/* A process with one thread gets its mutexes without atomic operations from some C libraries. */
static inline void start_idle_thread(void)
{
	pthread_t thread;

	if (pthread_create(&thread, NULL, sleep_forever, NULL))
		die("pthread_create");
}

/* The nth argument, a whole number from 1 to most. */
static inline uint32_t number_argument(int argc, char **argv, int n, uint32_t most)
{
	char *end = NULL;
	unsigned long value = n < argc ? strtoul(argv[n], &end, 10) : 0;

	if (!end || *end || value < 1 || value > most) {
		fprintf(stderr, "%s: argument %d must be a whole number from 1 to %u\n", argv[0],
			n, most);
		exit(2);
	}
	return (uint32_t)value;
}

#endif
