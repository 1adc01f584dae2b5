/*
 * Reference for the lock (src/locks/mutex.ts): a pthread mutex, locked and unlocked around an
 * empty section, in a process with more than one thread.
 *
 * usage: mutex alone BATCHES PAIRS
 *        mutex threads THREADS SETTLE_MS MEASURE_MS
 *
 * Alone: ns of a lock and its unlock in the fastest of BATCHES of PAIRS, and of a clock reading.
 * With THREADS: how many pairs a second all of them do together, after a time to settle.
 */
#include "common.h"

#include <stdatomic.h>

/* How many pairs a thread does between two looks at the stop flag. */
enum { PAIRS_A_LOOK = 64, MOST_THREADS = 1024 };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static atomic_bool is_open, is_stopped;

struct worker {
	_Alignas(64) _Atomic uint64_t pairs;
	pthread_t thread;
};

static struct worker workers[MOST_THREADS];

__attribute__((noinline)) static void lock_and_unlock(uint32_t pairs)
{
	for (uint32_t pair = 0; pair < pairs; pair++) {
		pthread_mutex_lock(&lock);
		pthread_mutex_unlock(&lock);
	}
}

static void *work(void *argument)
{
	struct worker *self = argument;
	uint64_t done = 0;

	while (!atomic_load(&is_open))
		usleep(500);
	while (!atomic_load_explicit(&is_stopped, memory_order_relaxed)) {
		lock_and_unlock(PAIRS_A_LOOK);
		done += PAIRS_A_LOOK;
		atomic_store_explicit(&self->pairs, done, memory_order_relaxed);
	}
	return NULL;
}

static uint64_t pairs_done(uint32_t threads)
{
	uint64_t done = 0;

	for (uint32_t i = 0; i < threads; i++)
		done += atomic_load(&workers[i].pairs);
	return done;
}

static void measure_threads(uint32_t threads, uint32_t settle_ms, uint32_t measure_ms)
{
	uint64_t before, after;
	double begun, ended;

	for (uint32_t i = 0; i < threads; i++)
		if (pthread_create(&workers[i].thread, NULL, work, &workers[i]))
			die("pthread_create");
	atomic_store(&is_open, 1);
	sleep_ms(settle_ms);
	before = pairs_done(threads);
	begun = now_ns();
	sleep_ms(measure_ms);
	after = pairs_done(threads);
	ended = now_ns();
	atomic_store(&is_stopped, 1);
	for (uint32_t i = 0; i < threads; i++)
		pthread_join(workers[i].thread, NULL);
	printf("{\"pairsPerSecond\":%.0f}\n", (double)(after - before) / (ended - begun) * 1e9);
}

static void measure_alone(uint32_t batches, uint32_t pairs)
{
	double *pair_ns = zeroed(batches * sizeof(double));

	start_idle_thread();
	for (uint32_t batch = 0; batch < batches; batch++) {
		double begun = now_ns();

		lock_and_unlock(pairs);
		pair_ns[batch] = (now_ns() - begun) / pairs;
	}
	printf("{\"pairNs\":%.4f,\"readingNs\":%.4f}\n", fastest(pair_ns, batches),
	       timer_overhead_ns());
}

int main(int argc, char **argv)
{
	if (argc > 1 && strcmp(argv[1], "threads") == 0)
		measure_threads(number_argument(argc, argv, 2, MOST_THREADS),
				number_argument(argc, argv, 3, 60000),
				number_argument(argc, argv, 4, 60000));
	else
		measure_alone(number_argument(argc, argv, 2, 1u << 20),
			      number_argument(argc, argv, 3, 1u << 30));
	return 0;
}
