/*
 * Reference for the kvm backend (src/backends/kvm): the same life of VMs, with nothing between the
 * loop and the kernel. One process; background VMs made by the main thread, a thread each for
 * burst VMs, which begin every round together.
 *
 * usage: kvm DEVICE VMS+1 BURST IRQFDS ROUNDS HOLD_MS+1
 *
 * Prints medians in ns: an assign, a deassign, creating a VM, its irqchip, destroying it, and a
 * call that does nothing (an ioctl on no descriptor); and how many assigns were measured.
 */
#include "common.h"

#include <fcntl.h>
#include <linux/kvm.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/resource.h>

enum { MOST_VMS = 4096, MOST_IRQFDS = 4096, MOST_ROUNDS = 100000, FIRST_GSI = 32 };

static int device;
static uint32_t burst, irqfds, rounds, hold_ms;
static pthread_barrier_t barrier;

struct vm {
	int fd;
	int *eventfds;
};

struct samples {
	double *assign, *deassign, *create, *irqchip, *destroy;
};

struct thread {
	pthread_t thread;
	struct samples samples;
};

static void create_vm(struct vm *vm)
{
	vm->fd = ioctl(device, KVM_CREATE_VM, 0);
	if (vm->fd < 0)
		die("KVM_CREATE_VM");
}

static void create_irqchip(struct vm *vm)
{
#ifdef __aarch64__
	struct kvm_create_device gic = { .type = KVM_DEV_TYPE_ARM_VGIC_V3 };
	struct kvm_device_attr init = {
		.group = KVM_DEV_ARM_VGIC_GRP_CTRL,
		.attr = KVM_DEV_ARM_VGIC_CTRL_INIT,
	};

	if (ioctl(vm->fd, KVM_CREATE_DEVICE, &gic) ||
	    ioctl(gic.fd, KVM_SET_DEVICE_ATTR, &init))
		die("GICv3");
	close(gic.fd);
#else
	if (ioctl(vm->fd, KVM_CREATE_IRQCHIP, 0))
		die("KVM_CREATE_IRQCHIP");
#endif
}

static double irqfd(struct vm *vm, uint32_t i, uint32_t flags)
{
	struct kvm_irqfd args = {
		.fd = (uint32_t)vm->eventfds[i],
		.gsi = FIRST_GSI + i,
		.flags = flags,
	};
	double begun = now_ns();

	if (ioctl(vm->fd, KVM_IRQFD, &args))
		die("KVM_IRQFD");
	return now_ns() - begun;
}

static void open_eventfd(struct vm *vm, uint32_t i)
{
	vm->eventfds[i] = eventfd(0, EFD_CLOEXEC);
	if (vm->eventfds[i] < 0)
		die("eventfd");
}

static void *live(void *argument)
{
	struct samples *samples = &((struct thread *)argument)->samples;
	struct vm vm = { .eventfds = zeroed(irqfds * sizeof(int)) };

	for (uint32_t round = 0; round < rounds; round++) {
		uint32_t first = round * irqfds;
		double begun;

		pthread_barrier_wait(&barrier);
		begun = now_ns();
		create_vm(&vm);
		samples->create[round] = now_ns() - begun;
		begun = now_ns();
		create_irqchip(&vm);
		samples->irqchip[round] = now_ns() - begun;
		for (uint32_t i = 0; i < irqfds; i++) {
			open_eventfd(&vm, i);
			samples->assign[first + i] = irqfd(&vm, i, 0);
		}
		sleep_ms(hold_ms);
		for (uint32_t i = 0; i < irqfds; i++) {
			samples->deassign[first + i] = irqfd(&vm, i, KVM_IRQFD_FLAG_DEASSIGN);
			close(vm.eventfds[i]);
		}
		begun = now_ns();
		close(vm.fd);
		samples->destroy[round] = now_ns() - begun;
	}
	return NULL;
}

static void populate(uint32_t vms)
{
	for (uint32_t i = 0; i < vms; i++) {
		struct vm vm = { .eventfds = zeroed(irqfds * sizeof(int)) };

		create_vm(&vm);
		create_irqchip(&vm);
		for (uint32_t j = 0; j < irqfds; j++) {
			open_eventfd(&vm, j);
			irqfd(&vm, j, 0);
		}
		free(vm.eventfds);
	}
}

static double foreign_call_ns(void)
{
	enum { BATCHES = 50, CALLS = 2000 };
	double batches[BATCHES];

	for (int batch = 0; batch < BATCHES; batch++) {
		double begun = now_ns();

		for (int i = 0; i < CALLS; i++)
			if (ioctl(-1, KVM_IRQFD, 0) != -1)
				die("an ioctl on no descriptor");
		batches[batch] = (now_ns() - begun) / CALLS;
	}
	return midmean(batches, BATCHES);
}

static double median(const struct thread *threads, double *(*of)(const struct samples *), uint32_t each)
{
	uint32_t n = burst * each;
	double *all = zeroed(n * sizeof(*all)), middle;

	for (uint32_t i = 0; i < burst; i++)
		memcpy(all + i * each, of(&threads[i].samples), each * sizeof(*all));
	qsort(all, n, sizeof(*all), compare_doubles);
	middle = n % 2 ? all[n / 2] : (all[n / 2 - 1] + all[n / 2]) / 2;
	free(all);
	return middle;
}

static double *assigns(const struct samples *s) { return s->assign; }
static double *deassigns(const struct samples *s) { return s->deassign; }
static double *creates(const struct samples *s) { return s->create; }
static double *irqchips(const struct samples *s) { return s->irqchip; }
static double *destroys(const struct samples *s) { return s->destroy; }

static void raise_limit(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit))
		die("getrlimit");
	limit.rlim_cur = limit.rlim_max;
	if (setrlimit(RLIMIT_NOFILE, &limit))
		die("setrlimit");
}

int main(int argc, char **argv)
{
	/* One more than is meant: arguments are numbers from 1, and these may be 0. */
	uint32_t vms = number_argument(argc, argv, 2, MOST_VMS) - 1;
	struct thread *threads;

	burst = number_argument(argc, argv, 3, MOST_VMS);
	irqfds = number_argument(argc, argv, 4, MOST_IRQFDS);
	rounds = number_argument(argc, argv, 5, MOST_ROUNDS);
	hold_ms = number_argument(argc, argv, 6, 60000) - 1;
	raise_limit();
	device = open(argv[1], O_RDWR | O_CLOEXEC);
	if (device < 0)
		die(argv[1]);
	threads = zeroed(burst * sizeof(*threads));
	if (pthread_barrier_init(&barrier, NULL, burst))
		die("pthread_barrier_init");
	populate(vms);
	for (uint32_t i = 0; i < burst; i++) {
		struct samples *samples = &threads[i].samples;

		samples->assign = zeroed(rounds * irqfds * sizeof(double));
		samples->deassign = zeroed(rounds * irqfds * sizeof(double));
		samples->create = zeroed(rounds * sizeof(double));
		samples->irqchip = zeroed(rounds * sizeof(double));
		samples->destroy = zeroed(rounds * sizeof(double));
		if (pthread_create(&threads[i].thread, NULL, live, &threads[i]))
			die("pthread_create");
	}
	for (uint32_t i = 0; i < burst; i++)
		pthread_join(threads[i].thread, NULL);
	printf("{\"assignNs\":%.1f,\"deassignNs\":%.1f,\"createNs\":%.1f,\"irqchipNs\":%.1f,"
	       "\"destroyNs\":%.1f,\"foreignCallNs\":%.1f,\"count\":%u}\n",
	       median(threads, assigns, rounds * irqfds), median(threads, deassigns, rounds * irqfds),
	       median(threads, creates, rounds), median(threads, irqchips, rounds),
	       median(threads, destroys, rounds), foreign_call_ns(), burst * rounds * irqfds);
	return 0;
}
