/* The smallest subject: what it is said to cost is the cost of measuring. */
int main(void)
{
	return 0;
}
