/*
 * The same load on every index: consumers that stay, and a burst that takes turns to register and
 * deregister. Included where struct consumer, register_consumer() and unregister_consumer() are
 * known; a consumer's callbacks are never called.
 */
#ifndef IRQBENCH_NATIVE_BURST_H
#define IRQBENCH_NATIVE_BURST_H

static struct consumer *area;
static uint32_t *places, *tokens;
/* How many stay, and how many come and go. */
static uint32_t present, burst;
static uint32_t turn;

static struct consumer *next_consumer(uint64_t *token)
{
	uint32_t id = present + turn;

	if (++turn == burst)
		turn = 0;
	*token = eventfd_token(tokens[id]);
	return &area[places[id]];
}

static void register_those_present(uint32_t seed)
{
	uint32_t all = present + burst;

	places = permutation(all, seed, STREAM_CONSUMERS);
	tokens = permutation(all, seed, STREAM_EVENTFDS);
	area = zeroed(all * sizeof(*area));
	for (uint32_t id = 0; id < all; id++) {
		struct consumer *consumer = &area[places[id]];

		consumer->add_producer = consumer->del_producer = area;
		if (id < present)
			adopt_consumer(consumer, eventfd_token(tokens[id]));
	}
}

/* Tells layouts apart, so that both sides can be seen to have the same one. */
static uint32_t layout_checksum(void)
{
	uint32_t checksum = 0;

	for (uint32_t id = 0; id < present + burst; id++)
		checksum = (checksum * 31 + places[id]) * 31 + tokens[id];
	return checksum;
}

/* The clock read around each call; a batch's figure is the mean of its calls' middle half. */
static void time_calls(uint32_t batches, uint32_t calls)
{
	double *register_ns = zeroed(batches * sizeof(double));
	double *deregister_ns = zeroed(batches * sizeof(double));
	double *register_calls = zeroed(calls * sizeof(double));
	double *deregister_calls = zeroed(calls * sizeof(double));

	for (uint32_t batch = 0; batch < batches; batch++) {
		for (uint32_t call = 0; call < calls; call++) {
			uint64_t token;
			struct consumer *consumer = next_consumer(&token);
			double begun = now_ns();
			int error = register_consumer(consumer, token);

			register_calls[call] = now_ns() - begun;
			must(error);
			begun = now_ns();
			unregister_consumer(consumer);
			deregister_calls[call] = now_ns() - begun;
		}
		register_ns[batch] = midmean(register_calls, calls);
		deregister_ns[batch] = midmean(deregister_calls, calls);
	}
	printf("{\"registerNs\":%.4f,\"deregisterNs\":%.4f,\"layout\":%u}\n",
	       fastest(register_ns, batches), fastest(deregister_ns, batches), layout_checksum());
}

/* The clock read around each batch alone. */
static void time_pairs(uint32_t batches, uint32_t pairs)
{
	double *pair_ns = zeroed(batches * sizeof(double));

	for (uint32_t batch = 0; batch < batches; batch++) {
		double begun = now_ns();

		for (uint32_t pair = 0; pair < pairs; pair++) {
			uint64_t token;
			struct consumer *consumer = next_consumer(&token);

			must(register_consumer(consumer, token));
			unregister_consumer(consumer);
		}
		pair_ns[batch] = (now_ns() - begun) / pairs;
	}
	printf("{\"pairNs\":%.4f,\"layout\":%u}\n", fastest(pair_ns, batches), layout_checksum());
}

/* calls|pairs CONSUMERS BURST BATCHES COUNT SEED */
static void run_burst(int argc, char **argv, void (*set_up)(void))
{
	uint32_t batches, count;

	present = number_argument(argc, argv, 2, 1u << 22);
	burst = number_argument(argc, argv, 3, 1u << 16);
	batches = number_argument(argc, argv, 4, 1u << 16);
	count = number_argument(argc, argv, 5, 1u << 24);
	start_idle_thread();
	set_up();
	register_those_present(number_argument(argc, argv, 6, UINT32_MAX));
	if (strcmp(argv[1], "calls") == 0)
		time_calls(batches, count);
	else
		time_pairs(batches, count);
}

#endif
