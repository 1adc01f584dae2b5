/*
 * Reference for what a hand-off to a thread that sleeps costs the system alone: threads in a ring,
 * each asleep on a futex of its own until the one before it wakes it.
 *
 * usage: ring THREADS SETTLE_MS MEASURE_MS
 *
 * How many wake-ups a second went round, after a time to settle.
 */
#include "common.h"

#include <linux/futex.h>
#include <stdatomic.h>
#include <sys/syscall.h>

enum { MOST_THREADS = 1024 };

static struct place {
	_Alignas(64) _Atomic uint32_t has_token;
	pthread_t thread;
} places[MOST_THREADS];

static uint32_t threads;
static _Alignas(64) _Atomic uint64_t passes;
static _Alignas(64) atomic_bool is_stopped;

static void pass_to(struct place *next)
{
	atomic_store(&next->has_token, 1);
	syscall(SYS_futex, &next->has_token, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0);
}

static void *take_turns(void *argument)
{
	struct place *mine = argument;
	struct place *next = &places[(mine - places + 1) % threads];
	int is_last;

	do {
		while (!atomic_load(&mine->has_token))
			syscall(SYS_futex, &mine->has_token, FUTEX_WAIT_PRIVATE, 0, NULL, NULL, 0);
		atomic_store(&mine->has_token, 0);
		atomic_fetch_add(&passes, 1);
		is_last = atomic_load(&is_stopped);
		pass_to(next);
	} while (!is_last);
	return NULL;
}

int main(int argc, char **argv)
{
	uint32_t settle_ms = number_argument(argc, argv, 2, 60000);
	uint32_t measure_ms = number_argument(argc, argv, 3, 60000);
	uint64_t before, after;
	double begun, ended;

	threads = number_argument(argc, argv, 1, MOST_THREADS);
	for (uint32_t i = 0; i < threads; i++)
		if (pthread_create(&places[i].thread, NULL, take_turns, &places[i]))
			die("pthread_create");
	pass_to(&places[0]);
	sleep_ms(settle_ms);
	before = atomic_load(&passes);
	begun = now_ns();
	sleep_ms(measure_ms);
	after = atomic_load(&passes);
	ended = now_ns();
	atomic_store(&is_stopped, 1);
	for (uint32_t i = 0; i < threads; i++)
		pthread_join(places[i].thread, NULL);
	printf("{\"passesPerSecond\":%.0f}\n", (double)(after - before) / (ended - begun) * 1e9);
	return 0;
}
