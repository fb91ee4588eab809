# A process that outlives its program: detached from session and parent, holding standard output.
name_process(facts["process"])
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        if facts["control"]:
            # Whoever runs the control waits for the end of its output, as the sandbox must not.
            os.close(1)
            os.close(2)
        else:
            print("the daemon is there", flush=True)
        time.sleep(60)
    os._exit(0)
time.sleep(0.05)
done()
