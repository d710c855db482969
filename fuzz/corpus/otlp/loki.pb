
4
{app="cart"}$
€³‰hello
trace_id	5b8e00001