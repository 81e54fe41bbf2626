/* Is this a virtual machine, and why are there no frequency controls. */
#pragma once

#include <stdbool.h>

/**
 * virtual_is_guest() - does the machine run under a hypervisor
 * @root: "" or the root of a fake tree
 *
 * From the CPU flag "hypervisor", else from /sys/hypervisor/type and the device tree.
 *
 * Return: true when it does.
 */
bool virtual_is_guest(const char *root);

/**
 * virtual_no_driver_reason() - why a CPU driver that is not there is missing
 * @root: "" or the root of a fake tree
 *
 * Return: "virtual-machine" or "no-driver".
 */
const char *virtual_no_driver_reason(const char *root);
