/*
 * A PKCS#11 module in front of another ($TORTURE_MODULE) that journals each C_Sign: the CKA_ID of
 * the key and what was signed before the token is asked, and the outcome after. It can also give a
 * wrong signature, fail, take its time, and stop the process at a signature.
 *
 * Cryptoki 2.40's function list is a version and 68 pointers; only the entries used have names.
 *
 * gcc -shared -fPIC -O2 -o counting.so counting.c -ldl -lpthread
 */
#include "torture.h"
#include <dlfcn.h>
#include <pthread.h>

typedef unsigned long ck;

enum { CREATE_OBJECT = 20, GET_ATTRIBUTE = 24, SIGN_INIT = 42, SIGN = 43, SIGN_FINAL = 45, ALL = 68 };

#define CKA_CLASS 0UL
#define CKA_ID 0x102UL
#define CKA_VALUE 0x11UL
#define CKO_DATA 0UL
#define CKR_GENERAL_ERROR 5UL
#define WRONG_SIGNATURE 1

struct list {
  unsigned char version[2];
  void *call[ALL];
};
struct attribute {
  ck type;
  void *value;
  ck length;
};

static struct list *real, mine;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

/* The CKA_ID of the key that a session signs with; handles in use at once lie close together. */
#define SESSIONS 4096
static char signing[SESSIONS][65];

static char *id_of(ck session) { return signing[session % SESSIONS]; }

static ck sign_init(ck session, void *mechanism, ck key) {
  char id[65] = "";
  struct attribute attribute = {CKA_ID, id, 64};
  ((ck(*)(ck, ck, struct attribute *, ck))real->call[GET_ATTRIBUTE])(session, key, &attribute, 1);
  pthread_mutex_lock(&lock);
  strcpy(id_of(session), id);
  pthread_mutex_unlock(&lock);
  return ((ck(*)(ck, void *, ck))real->call[SIGN_INIT])(session, mechanism, key);
}

static void begin(char *id, ck session, const void *data, ck length) {
  pthread_mutex_lock(&lock);
  strcpy(id, id_of(session));
  pthread_mutex_unlock(&lock);
  record('S', 0, 0, id, data, length);
  if (control) __sync_fetch_and_add(&control->signs, 1);
  reached(SIGN_BEGIN);
  if (control && control->sign_millis) pause_millis(control->sign_millis);
}

static ck end(const char *id, ck result, unsigned char *signature, ck *length) {
  if (result == 0 && control && control->sign_fault == WRONG_SIGNATURE) signature[*length - 1] ^= 1;
  record('s', result, 0, id, signature, result == 0 ? *length : 0);
  if (control) control->signed_since = 1;
  reached(SIGN_END);
  return result;
}

/* Without a place for the signature it only asks for its length. */
static ck sign(ck session, void *data, ck length, unsigned char *signature, ck *signature_length) {
  ck (*call)(ck, void *, ck, unsigned char *, ck *) = real->call[SIGN];
  if (!signature) return call(session, data, length, signature, signature_length);
  char id[65];
  begin(id, session, data, length);
  ck result = call(session, data, length, signature, signature_length);
  if (control && control->sign_fault > WRONG_SIGNATURE) result = (ck)control->sign_fault;
  return end(id, result, signature, signature_length);
}

static ck sign_final(ck session, unsigned char *signature, ck *signature_length) {
  ck (*call)(ck, unsigned char *, ck *) = real->call[SIGN_FINAL];
  if (!signature) return call(session, signature, signature_length);
  char id[65];
  begin(id, session, "", 0);
  return end(id, call(session, signature, signature_length), signature, signature_length);
}

/* Data objects: what the token is given to keep must be durable in the ledger before. */
static ck create_object(ck session, struct attribute *template, ck count, ck *object) {
  struct attribute *value = NULL;
  ck class = ~0UL;
  for (ck i = 0; i < count; i++) {
    if (template[i].type == CKA_CLASS) class = *(ck *)template[i].value;
    if (template[i].type == CKA_VALUE) value = &template[i];
  }
  if (class == CKO_DATA && value) record('O', 0, 0, "", value->value, value->length);
  ck result = ((ck(*)(ck, struct attribute *, ck, ck *))real->call[CREATE_OBJECT])(
      session, template, count, object);
  if (class == CKO_DATA) reached(OBJECT_MADE);
  return result;
}

ck C_GetFunctionList(struct list **list) {
  pthread_mutex_lock(&lock);
  if (!real) {
    torture_open();
    void *module = dlopen(getenv("TORTURE_MODULE"), RTLD_NOW | RTLD_LOCAL);
    ck (*get)(struct list **) = module ? dlsym(module, "C_GetFunctionList") : NULL;
    struct list *found = NULL;
    if (!get || get(&found) != 0) {
      pthread_mutex_unlock(&lock);
      return CKR_GENERAL_ERROR;
    }
    mine = *found;
    mine.call[3] = C_GetFunctionList;
    mine.call[CREATE_OBJECT] = create_object;
    mine.call[SIGN_INIT] = sign_init;
    mine.call[SIGN] = sign;
    mine.call[SIGN_FINAL] = sign_final;
    real = found;
  }
  pthread_mutex_unlock(&lock);
  *list = &mine;
  return 0;
}
