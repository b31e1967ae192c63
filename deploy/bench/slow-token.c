/* A PKCS#11 module like another one, MODULE, whose every signature takes SIGN_MICROS: what a network
 * HSM looks like from here. Sessions sign beside each other, as theirs do.
 *
 *   cc -shared -fPIC -O2 -DMODULE='"/usr/lib/softhsm/libsofthsm2.so"' -DSIGN_MICROS=5000 \
 *     -o slow-token.so slow-token.c
 */
#include <dlfcn.h>
#include <stddef.h>
#include <time.h>

typedef unsigned long rv_t;
typedef unsigned long session_t;
typedef rv_t (*sign_t)(session_t, unsigned char *, unsigned long, unsigned char *, unsigned long *);

/* CK_FUNCTION_LIST of PKCS#11 2.x (pkcs11f.h): a version, then the functions in a fixed order. */
enum { GET_FUNCTION_LIST = 3, SIGN = 43, FUNCTIONS = 68 };
enum { CKR_OK = 0, CKR_GENERAL_ERROR = 5 };

struct function_list {
  unsigned char version[2];
  void *function[FUNCTIONS];
};

static struct function_list *real;
static struct function_list slow;

static void wait_until(struct timespec start, long micros) {
  start.tv_nsec += micros * 1000;
  start.tv_sec += start.tv_nsec / 1000000000L;
  start.tv_nsec %= 1000000000L;
  while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &start, NULL) != 0) {
  }
}

static rv_t slow_sign(session_t session, unsigned char *data, unsigned long length,
                      unsigned char *signature, unsigned long *signature_length) {
  struct timespec start;
  clock_gettime(CLOCK_MONOTONIC, &start);
  rv_t rv = ((sign_t)real->function[SIGN])(session, data, length, signature, signature_length);
  if (signature != NULL) {
    wait_until(start, SIGN_MICROS);
  }
  return rv;
}

rv_t C_GetFunctionList(struct function_list **list);

/* The first caller is alone: a process loads its modules one after another. */
rv_t C_GetFunctionList(struct function_list **list) {
  if (real == NULL) {
    void *module = dlopen(MODULE, RTLD_NOW | RTLD_LOCAL);
    rv_t (*get)(struct function_list **) =
        module == NULL ? NULL : (rv_t (*)(struct function_list **))dlsym(module, "C_GetFunctionList");
    if (get == NULL || get(&real) != CKR_OK) {
      real = NULL;
      return CKR_GENERAL_ERROR;
    }
    slow = *real;
    slow.function[GET_FUNCTION_LIST] = (void *)C_GetFunctionList;
    slow.function[SIGN] = (void *)slow_sign;
  }
  *list = &slow;
  return CKR_OK;
}
