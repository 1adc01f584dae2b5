/*
 * Reference for the list manager (src/irqbypass/manager-list.ts, list-index.ts): registering a
 * consumer as Linux 4.3 - 6.16 does it (virt/lib/irqbypass.c), in user space. Consumers take 512
 * bytes and lie in seeded shuffled places, their tokens are addresses 64 bytes apart, shuffled.
 *
 * usage: list calls|pairs CONSUMERS BURST BATCHES COUNT SEED
 *
 * CONSUMERS are present throughout; BURST more take turns to register and deregister, COUNT times
 * in each of BATCHES. Prints the fastest batch's figures.
 */
#include "common.h"

#include <stddef.h>

struct list_head {
	struct list_head *next, *prev;
};

struct consumer {
	struct list_head node;
	uint64_t token;
	void *add_producer, *del_producer;
	char rest_of_irqfd[512 - 40];
};

struct producer {
	struct list_head node;
	uint64_t token;
};

_Static_assert(sizeof(struct consumer) == 512, "an irqfd's slab");

#define entry(link, type) ((type *)((char *)(link) - offsetof(type, node)))

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct list_head consumers = { &consumers, &consumers };
static struct list_head producers = { &producers, &producers };
/* Nobody registers a producer here. */
static uint32_t partners_found;

static void list_add(struct list_head *added, struct list_head *head)
{
	head->next->prev = added;
	added->next = head->next;
	added->prev = head;
	head->next = added;
}

static void list_del(struct list_head *link)
{
	link->next->prev = link->prev;
	link->prev->next = link->next;
	link->next = link->prev = NULL;
}

static void find_partner(const struct consumer *consumer)
{
	for (struct list_head *at = producers.next; at != &producers; at = at->next) {
		if (entry(at, struct producer)->token == consumer->token) {
			partners_found++;
			break;
		}
	}
}

/* The lock must be held. */
static int insert_consumer(struct consumer *consumer)
{
	for (struct list_head *at = consumers.next; at != &consumers; at = at->next) {
		struct consumer *other = entry(at, struct consumer);

		if (other->token == consumer->token || other == consumer)
			return -EBUSY;
	}
	find_partner(consumer);
	list_add(&consumer->node, &consumers);
	return 0;
}

__attribute__((noinline)) static int register_consumer(struct consumer *consumer, uint64_t token)
{
	int error;

	consumer->token = token;
	if (!token || !consumer->add_producer || !consumer->del_producer)
		return -EINVAL;
	pthread_mutex_lock(&lock);
	error = insert_consumer(consumer);
	pthread_mutex_unlock(&lock);
	return error;
}

__attribute__((noinline)) static void unregister_consumer(struct consumer *consumer)
{
	if (!consumer->token)
		return;
	pthread_mutex_lock(&lock);
	for (struct list_head *at = consumers.next; at != &consumers; at = at->next) {
		if (entry(at, struct consumer) != consumer)
			continue;
		find_partner(consumer);
		list_del(&consumer->node);
		break;
	}
	pthread_mutex_unlock(&lock);
}

/* Without the walk, which would find nothing. */
static void adopt_consumer(struct consumer *consumer, uint64_t token)
{
	consumer->token = token;
	list_add(&consumer->node, &consumers);
}

#include "burst.h"

static void nothing_to_set_up(void)
{
}

int main(int argc, char **argv)
{
	run_burst(argc, argv, nothing_to_set_up);
	if (partners_found || consumers.next != &area[places[present - 1]].node)
		die("the list is damaged");
	return 0;
}
