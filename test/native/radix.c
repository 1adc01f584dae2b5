/*
 * Reference for the xarray manager (src/irqbypass/manager-xarray.ts, xarray.ts): the leanest index
 * with the same shape. A radix tree of fixed height, 11 levels of 64 slots over the 64-bit token;
 * nodes take 576 bytes, laid out as the kernel's struct xa_node, from a free list; a pthread mutex
 * around each verb. It does not grow, shrink, count or report as the kernel's xarray does (whose
 * code takes more than twice as long), so it says what the job costs at the least.
 *
 * usage: radix calls|pairs CONSUMERS BURST BATCHES COUNT SEED
 *
 * CONSUMERS are present throughout; BURST more take turns to register and deregister, COUNT times
 * in each of BATCHES. Prints the fastest batch's figures.
 */
#include "common.h"

enum { LEVELS = 11, BITS = 6, SLOTS = 64, TOP_SHIFT = BITS * (LEVELS - 1) };

struct node {
	struct node *parent; /* of a free node: the next free one */
	uint8_t offset;
	uint8_t count;
	char other_header[40 - 10];
	void *slots[SLOTS];
	char tags[24];
};

struct consumer {
	uint64_t token;
	void *add_producer, *del_producer;
	char rest_of_irqfd[512 - 24];
};

_Static_assert(sizeof(struct node) == 576, "the kernel's struct xa_node");
_Static_assert(sizeof(struct consumer) == 512, "an irqfd's slab");

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct node *consumers, *producers;
static struct node *free_nodes;
static uint32_t partners_found;

static unsigned digit(uint64_t token, int shift)
{
	return token >> shift & (SLOTS - 1);
}

/* @returns NULL when all are in use */
static struct node *new_node(struct node *parent, unsigned offset)
{
	struct node *node = free_nodes;

	if (!node)
		return NULL;
	free_nodes = node->parent;
	node->parent = parent;
	node->offset = offset;
	return node;
}

/* The lowest-level node on the token's path, or NULL. */
static struct node *find_leaf(struct node *node, uint64_t token)
{
	for (int shift = TOP_SHIFT; shift > 0 && node; shift -= BITS)
		node = node->slots[digit(token, shift)];
	return node;
}

static int insert(struct node *node, uint64_t token, void *entry)
{
	for (int shift = TOP_SHIFT; shift > 0; shift -= BITS) {
		unsigned offset = digit(token, shift);
		struct node *child = node->slots[offset];

		if (__builtin_expect(!child, 0)) {
			child = new_node(node, offset);
			if (!child)
				return -ENOMEM;
			node->slots[offset] = child;
			node->count++;
		}
		node = child;
	}
	if (node->slots[digit(token, 0)])
		return -EBUSY;
	node->slots[digit(token, 0)] = entry;
	node->count++;
	return 0;
}

static void *erase(struct node *root, uint64_t token)
{
	struct node *node = find_leaf(root, token);
	unsigned offset = digit(token, 0);
	void *entry = node ? node->slots[offset] : NULL;

	if (!entry)
		return NULL;
	node->slots[offset] = NULL;
	while (--node->count == 0 && node != root) {
		struct node *parent = node->parent;

		offset = node->offset;
		node->parent = free_nodes;
		free_nodes = node;
		parent->slots[offset] = NULL;
		node = parent;
	}
	return entry;
}

__attribute__((noinline)) static int register_consumer(struct consumer *consumer, uint64_t token)
{
	int error;

	if (consumer->token || !token || !consumer->add_producer || !consumer->del_producer)
		return -EINVAL;
	pthread_mutex_lock(&lock);
	error = insert(consumers, token, consumer);
	if (!error) {
		struct node *leaf = find_leaf(producers, token);

		if (leaf && leaf->slots[digit(token, 0)])
			partners_found++;
		consumer->token = token;
	}
	pthread_mutex_unlock(&lock);
	return error;
}

__attribute__((noinline)) static void unregister_consumer(struct consumer *consumer)
{
	if (!consumer->token)
		return;
	pthread_mutex_lock(&lock);
	if (erase(consumers, consumer->token) != consumer)
		die("erased somebody else");
	consumer->token = 0;
	pthread_mutex_unlock(&lock);
}

static void adopt_consumer(struct consumer *consumer, uint64_t token)
{
	must(register_consumer(consumer, token));
}

#include "burst.h"

static void plant_trees(void)
{
	/* A leaf for each token, the levels above it, and both trees' roots. */
	uint32_t all = present + burst, capacity = all + all / 32 + 4 * LEVELS;
	struct node *nodes = zeroed(capacity * sizeof(*nodes));

	for (uint32_t i = capacity; i-- > 0; free_nodes = &nodes[i])
		nodes[i].parent = free_nodes;
	consumers = new_node(NULL, 0);
	producers = new_node(NULL, 0);
}

int main(int argc, char **argv)
{
	run_burst(argc, argv, plant_trees);
	if (partners_found)
		die("a partner out of nowhere");
	return 0;
}
