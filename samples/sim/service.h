/* samples/sim/service.h - the services of eZK and eINS: path, action, and the generated skeleton that serves
 * it. */
#ifndef GW_SAMPLES_SIM_SERVICE_H
#define GW_SAMPLES_SIM_SERVICE_H
#include <stdbool.h>

struct soap;

struct sim_service {
	int number; /* type of US in scheme VASH 5 */
	const char *path;
	const char *soap_action;
	int (*serve)(struct soap *soap); /* soapServer.c: parses the request, calls the operation, writes the
					    reply */
};

const struct sim_service *service_find(const char *path); /* NULL if there is none */
/* 1000 is opened by every eZK group, the others by the group of their own number. */
bool service_opened_by(const struct sim_service *service, const char *group);
#endif
