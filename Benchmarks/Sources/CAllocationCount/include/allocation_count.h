// How often the program has asked for memory so far; 0 throughout where the C library is not glibc.
unsigned long allocation_count(void);
